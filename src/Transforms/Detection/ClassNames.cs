using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Detection;

/// <summary>Numbers the classes of several columns of keys or text by name, as they turn up.</summary>
internal sealed class ClassNames
{
    /// <summary>Stands for an object without a class.</summary>
    public const int Missing = -1;

    readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    int _keyValueCount;

    public int Count => _indices.Count;

    /// <summary>Names and numbers: those of key values in their order, then all others by name.</summary>
    public IEnumerable<KeyValuePair<string, int>> Ordered =>
        _indices.OrderBy(pair => Math.Min(pair.Value, _keyValueCount)).ThenBy(pair => pair.Key, StringComparer.Ordinal);

    public int IndexOf(string name)
    {
        if (name.Length == 0)
            return Missing;
        if (!_indices.TryGetValue(name, out int index))
            _indices.Add(name, index = _indices.Count);
        return index;
    }

    /// <summary>Adds the classes that the column's key values name, in their order, whether or not a row has them. To be called
    /// first.</summary>
    public void AddKeyValues(DataViewSchema.Column column)
    {
        if (column.Type.GetItemType() is KeyDataViewType && ClassLabels.Of(column).Values is { } names)
            foreach (string name in names)
                IndexOf(name);
        _keyValueCount = Count;
    }

    /// <summary>Binds to a column of keys or text; the function returned reads the classes of the row the cursor stands on.</summary>
    public Func<int[]> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type.GetItemType() is not KeyDataViewType)
            return RowVector.Bind<ReadOnlyMemory<char>, int>(row, column, text => IndexOf(text.ToString()));
        ClassLabels labels = ClassLabels.Of(column);
        return RowVector.Bind<uint, int>(row, column, key => key == 0 ? Missing : IndexOf(labels.NameOf(checked((int)key - 1))));
    }
}
