namespace MLNetDeepExtensions.Detection;

/// <summary>Recall of region proposals: which part of the objects is covered by some proposal (Hosang et al., arXiv 1502.05082, section
/// 4).</summary>
/// <remarks>An object and a proposal are paired once, pairs of the highest overlap first, as in Detectron's evaluation.</remarks>
/// <param name="maxProposals">The most proposals of an image that count, best first; null for all.</param>
public sealed class ProposalEvaluator(int? maxProposals = null)
{
    private static readonly double[] Overlaps = [.. Enumerable.Range(0, 10).Select(i => (50 + 5 * i) / 100.0)];
    private readonly List<float> covered = [];

    /// <summary>Images added.</summary>
    public int ImageCount { get; private set; }

    /// <summary>Objects added.</summary>
    public int ObjectCount => covered.Count;

    /// <summary>Proposals that counted.</summary>
    public long ProposalCount { get; private set; }

    /// <summary>Adds an image.</summary>
    /// <param name="objects">The boxes of its objects.</param>
    /// <param name="proposals">Its proposals, best first.</param>
    public void Add(IReadOnlyList<Box> objects, IReadOnlyList<Box> proposals)
    {
        Box[] counting = [.. proposals.Take(maxProposals ?? int.MaxValue)];
        ImageCount++;
        ProposalCount += counting.Length;
        covered.AddRange(Pair(objects, counting));
    }

    /// <summary>Part of the objects that a proposal overlaps by at least so much (intersection over union); not a number without any
    /// object.</summary>
    public double Recall(double overlap) => covered.Count == 0 ? double.NaN : (double)covered.Count(found => found >= (float)overlap) / covered.Count;

    /// <summary>Mean of the recall at overlaps 0.50, 0.55, ... 0.95.</summary>
    public double AverageRecall => Overlaps.Average(Recall);

    /// <summary>For each object its overlap with the proposal that it is paired with, 0 if there is none left.</summary>
    private static float[] Pair(IReadOnlyList<Box> objects, Box[] proposals)
    {
        var pairs = from o in Enumerable.Range(0, objects.Count)
                    from p in Enumerable.Range(0, proposals.Length)
                    let overlap = objects[o].IntersectionOverUnion(proposals[p])
                    where overlap > 0
                    orderby overlap descending
                    select (Object: o, Proposal: p, Overlap: overlap);
        var best = new float[objects.Count];
        var isTaken = new bool[proposals.Length];
        foreach (var (o, p, overlap) in pairs)
        {
            if (best[o] > 0 || isTaken[p])
                continue;
            (best[o], isTaken[p]) = (overlap, true);
        }
        return best;
    }
}
