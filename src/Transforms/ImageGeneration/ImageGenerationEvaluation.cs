using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration.Metrics;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Compares the features of generated images with those of real ones.</summary>
internal static class ImageGenerationEvaluation
{
    /// <exception cref="InvalidDataException">The two sets have different numbers of features, or too few images for the splits.</exception>
    public static ImageGenerationMetrics Run(ImageFeatures generated, ImageFeatures real, ImageGenerationEvaluationOptions options)
    {
        int width = generated.Features[0].Length, realWidth = real.Features[0].Length;
        if (width != realWidth)
            throw new InvalidDataException($"Column '{options.FeatureColumnName}': {width} features of generated images, {realWidth} of real ones.");
        using var scope = NewDisposeScope();
        Tensor generated_ND = generated.Of(), real_MD = real.Of();
        return new ImageGenerationMetrics(
            FrechetDistance.Between(real_MD, generated_ND),
            KernelDistance.Between(real_MD, generated_ND, options.KernelSubsets, options.KernelSubsetSize, options.Seed),
            Score(generated, options.ScoreSplits), Score(real, options.ScoreSplits), PerClass(generated, real),
            generated.Features.Count, real.Features.Count, width);
    }

    private static InceptionScore? Score(ImageFeatures images, int splits)
    {
        if (images.Scores.Count == 0)
            return null;
        if (images.Scores.Count < splits)
            throw new InvalidDataException($"Expected at least {splits} {images.Role} images, one for each split of the Inception Score, got {images.Scores.Count}.");
        return InceptionScore.Of(images.AllScores(), splits);
    }

    private static IReadOnlyList<ClassGenerationMetrics> PerClass(ImageFeatures generated, ImageFeatures real)
    {
        IReadOnlyDictionary<string, int> ours = Counts(generated), theirs = Counts(real);
        return [.. ours.Keys.Where(theirs.ContainsKey).Order(StringComparer.Ordinal).Select(label =>
        {
            using var scope = NewDisposeScope();
            Tensor generated_ND = generated.Of(label), real_MD = real.Of(label);
            return new ClassGenerationMetrics(
                label, FrechetDistance.Between(real_MD, generated_ND), TotalVariance(generated_ND), TotalVariance(real_MD), ours[label], theirs[label]);
        })];
    }

    /// <summary>The classes that have at least two images: fewer have no variance.</summary>
    private static IReadOnlyDictionary<string, int> Counts(ImageFeatures images) =>
        images.Labels.OfType<string>().CountBy(label => label).Where(count => count.Value >= 2).ToDictionary();

    private static double TotalVariance(Tensor features_ND) => features_ND.var(0, unbiased: true).sum().item<double>();
}
