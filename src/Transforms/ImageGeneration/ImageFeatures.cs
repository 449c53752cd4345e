using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What some network says of a set of images, in memory.</summary>
/// <param name="Role">Generated or real, for messages.</param>
/// <param name="Features">One row for each image.</param>
/// <param name="Scores">One row for each image; empty if none were asked for.</param>
/// <param name="Labels">One for each image, null where it is missing; empty if none were asked for.</param>
internal sealed record ImageFeatures(
    string Role, IReadOnlyList<float[]> Features, IReadOnlyList<float[]> Scores, IReadOnlyList<string?> Labels)
{
    private const double SumTolerance = 1e-3;

    /// <summary>Reads the columns, once, with one cursor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type; the text is ML.NET's own.</exception>
    /// <exception cref="InvalidDataException">A row's features are not as many as the first row's, or no finite numbers, or its scores no probabilities; or
    /// there are less than two rows.</exception>
    public static ImageFeatures Read(IHostEnvironment env, string role, IDataView data, ImageGenerationEvaluationOptions options)
    {
        DataViewSchema.Column features = Vector(env, data.Schema, "features", options.FeatureColumnName);
        DataViewSchema.Column? scores = options.ScoreColumnName is { } score ? Vector(env, data.Schema, "score", score) : null;
        DataViewSchema.Column? labels = options.LabelColumnName is { } label ? LabelNames.Find(env, data.Schema, label) : null;
        var read = (Features: new List<float[]>(), Scores: new List<float[]>(), Labels: new List<string?>());
        using DataViewRowCursor cursor = data.GetRowCursor([.. new[] { features, scores, labels }.OfType<DataViewSchema.Column>()]);
        Func<float[]> readFeatures = RowVector.Bind<float>(cursor, features);
        Func<float[]>? readScores = scores is { } scoreColumn ? RowVector.Bind<float>(cursor, scoreColumn) : null;
        Func<string?>? readLabel = labels is { } labelColumn ? LabelNames.Bind(cursor, labelColumn) : null;
        while (cursor.MoveNext())
        {
            env.ThrowIfCancelled();
            string row = $"Row {cursor.Position} of the {role} images";
            read.Features.Add(CheckedFeatures(readFeatures(), read.Features.FirstOrDefault()?.Length, $"{row}, column '{features.Name}'"));
            if (readScores is not null)
                read.Scores.Add(CheckedScores(readScores(), read.Scores.FirstOrDefault()?.Length, $"{row}, column '{options.ScoreColumnName}'"));
            if (readLabel is not null)
                read.Labels.Add(readLabel());
        }
        return read.Features.Count >= 2
            ? new ImageFeatures(role, read.Features, read.Scores, read.Labels)
            : throw new InvalidDataException($"Expected at least two {role} images, got {read.Features.Count}.");
    }

    /// <summary>The features of all images, or of those of a class [N, D], Float64.</summary>
    public Tensor Of(string? label = null) => Rows(label is null ? Features : [.. Features.Where((_, i) => Labels[i] == label)]);

    /// <summary>The scores [N, K], Float64.</summary>
    public Tensor AllScores() => Rows(Scores);

    private static Tensor Rows(IReadOnlyList<float[]> rows)
    {
        using var scope = NewDisposeScope();
        float[] values = new float[rows.Count * rows[0].Length];
        for (int i = 0; i < rows.Count; i++)
            rows[i].CopyTo(values, i * rows[0].Length);
        return tensor(values).reshape(rows.Count, rows[0].Length).to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    private static float[] CheckedFeatures(float[] features, int? expected, string where)
    {
        if (features.Length == 0 || features.Length != (expected ?? features.Length))
            throw new InvalidDataException($"{where}: expected {expected?.ToString() ?? "at least 1"} features, got {features.Length}.");
        return features.All(float.IsFinite) ? features : throw new InvalidDataException($"{where}: expected finite numbers; an image may be missing.");
    }

    private static float[] CheckedScores(float[] scores, int? expected, string where)
    {
        if (scores.Length == 0 || scores.Length != (expected ?? scores.Length))
            throw new InvalidDataException($"{where}: expected {expected?.ToString() ?? "at least 1"} scores, got {scores.Length}.");
        double sum = scores.Sum(score => (double)score);
        return scores.All(score => score >= 0) && Math.Abs(sum - 1) < SumTolerance
            ? scores
            : throw new InvalidDataException($"{where}: expected probabilities that sum to 1, got a sum of {sum:g4}.");
    }

    private static DataViewSchema.Column Vector(IHostEnvironment env, DataViewSchema schema, string role, string name)
    {
        DataViewSchema.Column column = schema.Find(env, role, name);
        return column.Type is VectorDataViewType vector && vector.ItemType.Equals(NumberDataViewType.Single)
            ? column
            : throw ColumnShapes.Mismatch(env, role, name, "Vector<Single>", column.Type.ToString()!);
    }
}
