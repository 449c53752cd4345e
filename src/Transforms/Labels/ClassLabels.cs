using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Labels;

/// <summary>
/// The classes of a key column: how many, and what they are called, if the column says so. Class i of a network (from 0) is key i + 1.
/// </summary>
/// <param name="Count">Number of keys of the column's type, whether or not rows have them.</param>
/// <param name="ValueType">Name of the type of <paramref name="Values"/>, such as <c>Text</c>; null if the column has no key values.</param>
/// <param name="Values">The key values as invariant text; null if the column has none.</param>
internal sealed record ClassLabels(int Count, string? ValueType, string[]? Values)
{
    public static ClassLabels Named(params string[] names) => new(names.Length, KeyValueType.Text.Name, names);

    /// <summary>The classes of a column of keys, single or vector.</summary>
    /// <exception cref="InvalidOperationException">The type of the column has more keys than a network can have classes.</exception>
    /// <exception cref="NotSupportedException">The key values are of a type that a key column of ML.NET does not have.</exception>
    public static ClassLabels Of(DataViewSchema.Column column)
    {
        var key = (KeyDataViewType)column.Type.GetItemType();
        if (key.Count > int.MaxValue)
            throw new InvalidOperationException($"Column '{column.Name}': expected a key type of at most {int.MaxValue} keys, got {key.Count}.");
        int count = (int)key.Count;
        if (column.Annotations.Schema.GetColumnOrNull(KeyValueType.AnnotationName) is not { Type: VectorDataViewType vector })
            return new ClassLabels(count, null, null);
        KeyValueType type = KeyValueType.Of(vector.ItemType);
        return new ClassLabels(count, type.Name, type.Read(column));
    }

    /// <summary>The type of a key column with these classes.</summary>
    [JsonIgnore]
    public KeyDataViewType KeyType => new(typeof(uint), Count);

    /// <summary>Key values for a column with these classes, if and only if the label had them.</summary>
    [JsonIgnore]
    public DataViewSchema.Annotations? Annotations
    {
        get
        {
            if (Values is null)
                return null;
            var builder = new DataViewSchema.Annotations.Builder();
            AddTo(builder, KeyValueType.AnnotationName);
            return builder.ToAnnotations();
        }
    }

    /// <summary>What is wrong with labels that were read from a file.</summary>
    public IEnumerable<string> Faults()
    {
        if (Count < 1)
            yield return $"Labels: expected at least one class, got {Count}.";
        if (Values is not null && Values.Length != Count)
            yield return $"Labels: expected {Count} key values, got {Values.Length}.";
        if (Values is null != ValueType is null)
            yield return "Labels: expected key values and their type, or neither.";
    }

    /// <summary>Adds the names under an annotation kind such as <c>KeyValues</c> or <c>TrainingLabelValues</c>, if there are any.</summary>
    public void AddTo(DataViewSchema.Annotations.Builder builder, string annotationName)
    {
        if (Values is not null)
            KeyValueType.Named(ValueType!).Add(builder, annotationName, Values);
    }

    /// <summary>Name of class <paramref name="index"/>, from 0; its number where it has no name.</summary>
    public string NameOf(int index) => Values?[index] ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public bool Equals(ClassLabels? other) => other is not null && Count == other.Count && ValueType == other.ValueType
        && (Values is null ? other.Values is null : other.Values is not null && Values.SequenceEqual(other.Values));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, ValueType, Values?.Length);
}
