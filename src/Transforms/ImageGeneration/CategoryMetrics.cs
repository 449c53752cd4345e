using MLNetDeepExtensions.ImageGeneration.Metrics;

namespace Microsoft.ML.Data;

/// <summary>How far categories that a network found without labels agree with the labels of the same images.</summary>
public sealed class CategoryMetrics
{
    internal CategoryMetrics(CategoryAgreement agreement, IReadOnlyList<string> labels, long count)
    {
        (Accuracy, MajorityAccuracy, MutualInformation, NormalisedMutualInformation, Count) =
            (agreement.Accuracy, agreement.MajorityAccuracy, agreement.MutualInformation, agreement.NormalisedMutualInformation, count);
        LabelOfCategory = [.. agreement.Matching.Select(label => label < 0 ? null : labels[label])];
    }

    /// <summary>Part of the images whose category stands for their label, when each category stands for one label and no two for the same (Hungarian matching).</summary>
    public double Accuracy { get; }

    /// <summary>The same when several categories may stand for one label: never lower, and easily high with many categories.</summary>
    public double MajorityAccuracy { get; }

    /// <summary>Mutual information of category and label, in nats.</summary>
    public double MutualInformation { get; }

    /// <summary>Twice the mutual information over the sum of both entropies; 0 to 1.</summary>
    public double NormalisedMutualInformation { get; }

    /// <summary>For each category, the label it stands for in the matching of <see cref="Accuracy"/>; null for none.</summary>
    public IReadOnlyList<string?> LabelOfCategory { get; }

    /// <summary>Images with both a category and a label.</summary>
    public long Count { get; }
}
