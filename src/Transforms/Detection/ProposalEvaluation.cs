using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Detection;

/// <summary>One pass over a view of objects and proposals.</summary>
/// <param name="env">Of the catalog.</param>
/// <param name="objects">Column of the objects' boxes.</param>
/// <param name="proposals">Column of the proposals, best first.</param>
/// <param name="difficult">Column of objects that do not count; null: all count.</param>
internal sealed class ProposalEvaluation(
    IHostEnvironment env, DataViewSchema.Column objects, DataViewSchema.Column proposals, DataViewSchema.Column? difficult)
{
    public ProposalMetrics Run(IDataView data, int? maxProposals)
    {
        var evaluator = new ProposalEvaluator(maxProposals);
        using DataViewRowCursor cursor = data.GetRowCursor(new[] { objects, proposals, difficult }.OfType<DataViewSchema.Column>());
        Func<IReadOnlyList<Box>> readObjects = BoxesColumn.Bind(cursor, objects), readProposals = BoxesColumn.Bind(cursor, proposals);
        Func<bool[]> readDifficult = difficult is { } column ? RowVector.Bind<bool>(cursor, column) : () => [];
        while (cursor.MoveNext())
        {
            env.ThrowIfCancelled();
            try
            {
                evaluator.Add(Counting(readObjects(), readDifficult()), readProposals());
            }
            catch (InvalidDataException fault)
            {
                throw new InvalidDataException($"Row {cursor.Position}: {fault.Message}", fault);
            }
        }
        return new ProposalMetrics(evaluator);
    }

    private Box[] Counting(IReadOnlyList<Box> boxes, bool[] isDifficult)
    {
        if (difficult is { } column && isDifficult.Length != boxes.Count)
            throw new InvalidDataException($"{column.Name}: expected a value for each of {boxes.Count} objects, got {isDifficult.Length}.");
        return [.. boxes.Where((_, i) => difficult is null || !isDifficult[i])];
    }
}
