using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Detection;

/// <summary>One pass over a view of objects and detections.</summary>
internal sealed class DetectionEvaluation(IHostEnvironment env, BoundEvaluationColumns columns, PascalVocOptions? pascalVoc)
{
    readonly DetectionEvaluator _evaluator = new(pascalVoc);
    readonly ClassNames _names = new();
    readonly List<int> _objectCounts = [], _detectionCounts = [];

    public ObjectDetectionMetrics Run(IDataView data)
    {
        _names.AddKeyValues(columns.Label);
        using IChannel channel = env.Start("Evaluate");
        using DataViewRowCursor cursor = data.GetRowCursor(columns.All);
        var reader = new EvaluationRowReader(cursor, columns, _names);
        while (cursor.MoveNext())
        {
            env.ThrowIfCancelled();
            (AnnotatedObject[] truth, DetectedObject[] detected) = reader.Read();
            Add(cursor.Position, truth, detected);
        }
        if (reader.WithoutClass > 0)
            channel.Warning($"Left out {reader.WithoutClass} objects or detections without a class (missing key or empty text).");
        return Results();
    }

    void Add(long row, AnnotatedObject[] truth, DetectedObject[] detected)
    {
        try
        {
            _evaluator.Add(truth, detected);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidDataException($"Row {row}: {fault.Message}", fault);
        }
        Count(_objectCounts, truth.Select(found => found.Class));
        Count(_detectionCounts, detected.Select(found => found.Class));
    }

    ObjectDetectionMetrics Results()
    {
        IReadOnlyList<CocoMetrics> coco = _evaluator.Coco.PerClass(_names.Count);
        IReadOnlyList<PascalVocMetrics> voc = _evaluator.PascalVoc.PerClass(_names.Count);
        return new ObjectDetectionMetrics(
            CocoMetrics.Mean(coco), [.. _names.Ordered.Select(name => ClassResults(name.Key, name.Value))], _evaluator.ImageCount);

        ObjectDetectionClassMetrics ClassResults(string name, int index) =>
            new(name, coco[index], voc[index], _objectCounts.ElementAtOrDefault(index), _detectionCounts.ElementAtOrDefault(index));
    }

    static void Count(List<int> counts, IEnumerable<int> classes)
    {
        foreach (int index in classes)
        {
            while (counts.Count <= index)
                counts.Add(0);
            counts[index]++;
        }
    }
}
