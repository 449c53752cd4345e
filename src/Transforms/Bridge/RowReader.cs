using Microsoft.ML;

namespace MLNetDeepExtensions.Bridge;

/// <summary>How a row of some view becomes the item that a network or a training loop works on.</summary>
/// <param name="Columns">The columns that are read.</param>
/// <param name="Bind">Binds to a row or cursor; the function returned reads the item of the row it stands on.</param>
internal sealed record RowReader<T>(IReadOnlyList<DataViewSchema.Column> Columns, Func<DataViewRow, Func<T>> Bind)
{
    /// <summary>Which rows are meant; null for all.</summary>
    public RowSelection? Selection { get; init; }
}

/// <summary>Some of a view's rows.</summary>
/// <param name="Description">What they are, for messages, such as <c>of the first domain</c>.</param>
/// <param name="Bind">Binds to a row or cursor; the function returned says whether the row it stands on belongs to them. It reads no more than it must.</param>
internal sealed record RowSelection(string Description, Func<DataViewRow, Func<bool>> Bind);
