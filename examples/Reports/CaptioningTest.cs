using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a saved captioner says of test images, and how good that is.</summary>
/// <param name="Photos">The test images with their references and the captions made.</param>
/// <param name="Metrics">BLEU, METEOR, CIDEr-D.</param>
/// <param name="ImagesPerSecond">Images read, decoded and described per second.</param>
internal sealed record CaptioningTest(IReadOnlyList<DescribedPhoto> Photos, CaptioningMetrics Metrics, double ImagesPerSecond)
{
    /// <summary>Part of the images whose caption is one of the references, letter by letter.</summary>
    public double ExactMatch => Photos.Average(photo => photo.Caption.Contains(photo.PredictedCaption, StringComparer.OrdinalIgnoreCase) ? 1.0 : 0);

    /// <param name="ml">The context.</param>
    /// <param name="model">The saved pipeline.</param>
    /// <param name="test">Paths of images with their references.</param>
    public static CaptioningTest Run(MLContext ml, ITransformer model, IDataView test)
    {
        // The first image pays for compilation and for preparing the network.
        _ = ml.Data.CreateEnumerable<DescribedPhoto>(model.Transform(ml.Data.TakeRows(test, 1)), reuseRowObject: false).Count();
        long started = Stopwatch.GetTimestamp();
        List<DescribedPhoto> photos = [.. ml.Data.CreateEnumerable<DescribedPhoto>(model.Transform(test), reuseRowObject: false)];
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new CaptioningTest(photos, ml.ImageCaptioning.Evaluate(ml.Data.LoadFromEnumerable(photos)), photos.Count / seconds);
    }
}
