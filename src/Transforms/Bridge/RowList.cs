using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Bridge;

/// <summary>Views of lists. Unlike those of the public <c>LoadFromEnumerable</c>, they know their length and can be read in random
/// order.</summary>
internal static class RowList
{
    public static IDataView ViewOf<TRow>(IHostEnvironment env, IList<TRow> rows) where TRow : class =>
        DataViewConstructionUtils.CreateFromList(env, rows);
}
