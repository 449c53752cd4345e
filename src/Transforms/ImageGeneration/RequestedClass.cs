using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>A column that says which class an image is to show: keys or text, matched by name; keys without names by their numbers.</summary>
internal static class RequestedClass
{
    /// <summary>Reads the class of the current row, from 0.</summary>
    /// <exception cref="InvalidDataException">From the function: the row has no class, or one that the generator does not know.</exception>
    public static Func<int> Bind(DataViewRow row, DataViewSchema.Column column, ClassLabels known)
    {
        if (column.Type is KeyDataViewType && ClassLabels.Of(column).Values is null)
        {
            Func<int> readClass = KeyedClass.Bind(row, column);
            return () => readClass() is var number && number < known.Count ? number
                : throw new InvalidDataException($"Column '{column.Name}': expected a key up to {known.Count}, got {number + 1}.");
        }
        string[] names = [.. Enumerable.Range(0, known.Count).Select(known.NameOf)];
        Func<string?> readName = LabelNames.Bind(row, column);
        return () =>
        {
            string name = readName() ?? throw new InvalidDataException($"Column '{column.Name}': the label is missing.");
            int index = Array.IndexOf(names, name);
            return index >= 0 ? index : throw new InvalidDataException($"Column '{column.Name}': expected one of {string.Join(", ", names)}, got '{name}'.");
        };
    }
}
