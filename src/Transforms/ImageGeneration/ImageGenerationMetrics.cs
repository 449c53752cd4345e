using MLNetDeepExtensions.ImageGeneration.Metrics;

namespace Microsoft.ML.Data;

/// <summary>
/// How close generated images are to real ones, by the features of a network. The network that gave the features, and the numbers of samples, are part of
/// every value: compare only values that agree in both.
/// </summary>
public sealed class ImageGenerationMetrics
{
    internal ImageGenerationMetrics(double frechetDistance, KernelDistance kernelDistance, InceptionScore? inceptionScore,
        InceptionScore? realInceptionScore, IReadOnlyList<ClassGenerationMetrics> perClass, int generatedCount, int realCount, int featureCount)
    {
        (FrechetDistance, KernelDistance, InceptionScore, RealInceptionScore) = (frechetDistance, kernelDistance, inceptionScore, realInceptionScore);
        (PerClass, GeneratedCount, RealCount, FeatureCount) = (perClass, generatedCount, realCount, featureCount);
    }

    /// <summary>Fréchet distance of the features (FID, if the network is the Inception of the papers); from 0, lower is better. Biased upwards, the
    /// more the fewer samples.</summary>
    public double FrechetDistance { get; }

    /// <summary>Kernel distance of the features (KID, if the network is the Inception of the papers); around 0 for the same distribution, lower is
    /// better. Unbiased.</summary>
    public KernelDistance KernelDistance { get; }

    /// <summary>Inception Score of the generated images, 1 to the number of classes, higher is better; null without a score column.</summary>
    public InceptionScore? InceptionScore { get; }

    /// <summary>The same score of the real images, as a scale; null without a score column.</summary>
    public InceptionScore? RealInceptionScore { get; }

    /// <summary>The numbers of each class that both sets have at least twice; empty without a label column.</summary>
    public IReadOnlyList<ClassGenerationMetrics> PerClass { get; }

    /// <summary>Mean of the classes' Fréchet distances (intra-FID); NaN without classes.</summary>
    public double IntraClassFrechetDistance => Mean(of => of.FrechetDistance);

    /// <summary>Mean over classes of the total variance of a class's generated features; NaN without classes. Near 0: every class is one picture.</summary>
    public double Variety => Mean(of => of.Variety);

    /// <summary>The same of the real images, as a scale.</summary>
    public double RealVariety => Mean(of => of.RealVariety);

    /// <summary>Generated images.</summary>
    public int GeneratedCount { get; }

    /// <summary>Real images.</summary>
    public int RealCount { get; }

    /// <summary>Features of an image.</summary>
    public int FeatureCount { get; }

    private double Mean(Func<ClassGenerationMetrics, double> value) => PerClass.Count == 0 ? double.NaN : PerClass.Average(value);
}

/// <summary>How close the generated images of one class are to the real ones of that class.</summary>
public sealed class ClassGenerationMetrics
{
    internal ClassGenerationMetrics(string label, double frechetDistance, double variety, double realVariety, int generatedCount, int realCount)
    {
        (Label, FrechetDistance, Variety, RealVariety) = (label, frechetDistance, variety, realVariety);
        (GeneratedCount, RealCount) = (generatedCount, realCount);
    }

    /// <summary>Name of the class.</summary>
    public string Label { get; }

    /// <summary>Fréchet distance within the class.</summary>
    public double FrechetDistance { get; }

    /// <summary>Total variance of the generated images' features: the sum of the variances of all features, which is half the mean squared distance of
    /// two images.</summary>
    public double Variety { get; }

    /// <summary>Total variance of the real images' features.</summary>
    public double RealVariety { get; }

    /// <summary>Generated images of the class.</summary>
    public int GeneratedCount { get; }

    /// <summary>Real images of the class.</summary>
    public int RealCount { get; }
}
