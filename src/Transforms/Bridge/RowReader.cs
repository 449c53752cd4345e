using Microsoft.ML;

namespace MLNetDeepExtensions.Bridge;

/// <summary>How a row of some view becomes the item that a network or a training loop works on.</summary>
/// <param name="Columns">The columns that are read.</param>
/// <param name="Bind">Binds to a row or cursor; the function returned reads the item of the row it stands on.</param>
internal sealed record RowReader<T>(IReadOnlyList<DataViewSchema.Column> Columns, Func<DataViewRow, Func<T>> Bind);
