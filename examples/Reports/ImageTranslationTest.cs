using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageTranslation;

namespace MLNetDeepExtensions.Examples;

/// <summary>How well one direction of a translator does on test images.</summary>
/// <param name="Metrics">What came back, and the translations against the truth where that is known.</param>
/// <param name="TakenForTarget">Part of the translations that a classifier takes for images of the target domain.</param>
/// <param name="RecognisedUntranslated">Part of the images themselves that it takes for what they are.</param>
/// <param name="ImagesPerSecond">Images read, decoded and translated per second.</param>
internal sealed record ImageTranslationTest(ImageTranslationMetrics Metrics, double TakenForTarget, double RecognisedUntranslated, double ImagesPerSecond)
{
    /// <param name="ml">The context.</param>
    /// <param name="direction">From the given domain to the other.</param>
    /// <param name="data">What it is tested on.</param>
    /// <param name="domain">Where the images come from.</param>
    /// <param name="side">Side in pixels of the images that it was trained on.</param>
    /// <param name="judge">Of the translations.</param>
    public static ImageTranslationTest Run(
        MLContext ml, CycleGanTranslationTransformer direction, ImageTranslationData data, bool domain, int side, StyleJudge judge)
    {
        IDataView test = data.Test(ml, domain, side), translated = direction.Transform(test);
        // The first image pays for compilation and for preparing the network.
        Translate(ml.Data.TakeRows(translated, 1));
        long started = Stopwatch.GetTimestamp();
        int count = Translate(translated);
        double rate = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new ImageTranslationTest(
            ml.ImageTranslation.Evaluate(translated, targetImageColumnName: data.IsGenerated ? "Target" : null),
            judge.PartTakenFor(translated, "TranslatedImage", !domain), judge.PartTakenFor(test, "Image", domain), rate);
    }

    private static int Translate(IDataView translated) => translated.GetColumn<MLImage>("TranslatedImage").Count();
}
