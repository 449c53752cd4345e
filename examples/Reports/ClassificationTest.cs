using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a saved classifier says of test images, and how good that is.</summary>
/// <param name="Results">One for each test image.</param>
/// <param name="Classes">Names of the classes of the model, in the order of its scores.</param>
/// <param name="ImagesPerSecond">Images read, decoded and classified per second.</param>
internal sealed record ClassificationTest(IReadOnlyList<ClassifiedImage> Results, IReadOnlyList<string> Classes, double ImagesPerSecond)
{
    private const int Best = 5;

    /// <summary>Part of right answers.</summary>
    public double Accuracy => Results.Average(result => result.PredictedLabel == result.Label ? 1.0 : 0);

    /// <summary>Part of right answers among the best five.</summary>
    public double TopFiveAccuracy => Results.Average(result =>
        result.Score.Index().OrderByDescending(score => score.Item).Take(Best).Any(score => Classes[score.Index] == result.Label) ? 1.0 : 0);

    /// <param name="ml">The context.</param>
    /// <param name="model">The saved pipeline; what it decodes is replaced by the images of the test data.</param>
    /// <param name="test">Images with their classes.</param>
    public static ClassificationTest Run(MLContext ml, TransformerChain<ITransformer> model, IDataView test)
    {
        ITransformer classifier = new TransformerChain<ITransformer>([.. model.Skip(1)]);
        // The first image pays for compilation and for preparing the network.
        IDataView first = classifier.Transform(ml.Data.TakeRows(test, 1));
        _ = ml.Data.CreateEnumerable<ClassifiedImage>(first, reuseRowObject: false).Count();
        long started = Stopwatch.GetTimestamp();
        List<ClassifiedImage> results = [.. ml.Data.CreateEnumerable<ClassifiedImage>(classifier.Transform(test), reuseRowObject: false)];
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new ClassificationTest(results, ClassNames.Of(first.Schema["Score"]), results.Count / seconds);
    }
}

/// <summary>A test image with its class and what a classifier says of it.</summary>
internal sealed class ClassifiedImage
{
    public string Label { get; set; } = "";

    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}

/// <summary>The names that ML.NET keeps beside the scores of classes.</summary>
internal static class ClassNames
{
    public static IReadOnlyList<string> Of(DataViewSchema.Column score)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
