using MLNetDeepExtensions.Detection;

namespace Microsoft.ML.Data;

/// <summary>How many objects of a data set region proposals cover. Numbers are 0 to 1, higher is better; not a number without any
/// object.</summary>
public sealed class ProposalMetrics
{
    private readonly ProposalEvaluator evaluator;

    internal ProposalMetrics(ProposalEvaluator evaluator) => this.evaluator = evaluator;

    /// <summary>Part of the objects that a proposal overlaps by at least 0.5.</summary>
    public double Recall50 => RecallAt(0.5);

    /// <summary>Part of the objects that a proposal overlaps by at least 0.7.</summary>
    public double Recall70 => RecallAt(0.7);

    /// <summary>Mean of the recall at overlaps 0.50, 0.55, ... 0.95.</summary>
    public double AverageRecall => evaluator.AverageRecall;

    /// <summary>Number of images.</summary>
    public int ImageCount => evaluator.ImageCount;

    /// <summary>Number of objects.</summary>
    public int ObjectCount => evaluator.ObjectCount;

    /// <summary>Proposals that counted, for each image.</summary>
    public double ProposalsPerImage => (double)evaluator.ProposalCount / evaluator.ImageCount;

    /// <summary>Part of the objects that a proposal overlaps by at least so much (intersection over union).</summary>
    public double RecallAt(double overlap) => evaluator.Recall(overlap);
}
