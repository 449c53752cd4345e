using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.ImageGeneration.Metrics;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Counts how often category and label meet, in one pass over the data.</summary>
internal static class CategoryEvaluation
{
    public static CategoryMetrics Run(IHostEnvironment env, IDataView data, string labelColumn, string categoryColumn)
    {
        DataViewSchema.Column label = LabelNames.Find(env, data.Schema, labelColumn);
        DataViewSchema.Column category = data.Schema.Find(env, "category", categoryColumn);
        if (category.Type is not KeyDataViewType || category.Type.RawType != typeof(uint))
            throw ColumnShapes.Mismatch(env, "category", categoryColumn, "Key<UInt32>", category.Type.ToString()!);
        var labels = new List<string>();
        var met = new Dictionary<(uint Category, int Label), long>();
        using DataViewRowCursor cursor = data.GetRowCursor([label, category]);
        Func<string?> readLabel = LabelNames.Bind(cursor, label);
        ValueGetter<uint> readCategory = cursor.GetGetter<uint>(category);
        uint key = 0;
        while (cursor.MoveNext())
        {
            readCategory(ref key);
            if (readLabel() is not { } name || key == 0)
                continue;
            if (!labels.Contains(name))
                labels.Add(name);
            met[(key - 1, labels.IndexOf(name))] = met.GetValueOrDefault((key - 1, labels.IndexOf(name))) + 1;
        }
        if (met.Count == 0)
            throw new InvalidDataException($"No row has both a label ('{labelColumn}') and a category ('{categoryColumn}').");
        var counts = new long[ClassLabels.Of(category).Count, labels.Count];
        foreach (((uint number, int index), long count) in met)
            counts[number, index] = count;
        return new CategoryMetrics(new CategoryAgreement(counts), labels, met.Values.Sum());
    }
}
