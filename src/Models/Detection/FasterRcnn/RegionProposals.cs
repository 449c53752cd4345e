using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Regions of one image that may hold objects, best first.</summary>
/// <param name="Boxes_R4">Corners in pixels of the network's input, Float32.</param>
/// <param name="Scores_R">Probability that each holds an object.</param>
public readonly record struct ProposedRegions(Tensor Boxes_R4, Tensor Scores_R) : IDisposable
{
    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Boxes_R4.Dispose();
        Scores_R.Dispose();
    }

    /// <summary>The regions in pixels of the original image.</summary>
    /// <param name="size">Width and height of the image in the network's input, without padding.</param>
    /// <param name="original">Width and height of the original.</param>
    public IReadOnlyList<(Box Box, float Score)> ToOriginal((int Width, int Height) size, (int Width, int Height) original) =>
        [.. Boxes.ToManaged(Boxes_R4).Zip(ManagedCopy.Of<float>(Scores_R), (box, score) => (box.Rescale(size, original), score))];
}

/// <summary>Turns what the region proposal network says into regions (section 3.3): the best anchors' boxes, without those that overlap better
/// ones.</summary>
/// <param name="network">What the network is.</param>
/// <param name="beforeNms">The best that take part, with a pyramid of each level.</param>
/// <param name="most">The most regions of an image.</param>
public sealed class RegionProposals(FasterRcnnNetworkOptions network, int beforeNms, int most)
{
    private static readonly BoxCoder Coder = new([1, 1, 1, 1]);

    /// <summary>The regions that a trained network goes on with.</summary>
    public RegionProposals(FasterRcnnNetworkOptions network) : this(network, network.ProposalsBeforeNms, network.Proposals)
    {
    }

    /// <summary>The regions of each image, without gradients.</summary>
    /// <param name="output">What the network says about N images.</param>
    /// <param name="sizes">Width and height of the N images in pixels, without padding.</param>
    public IReadOnlyList<ProposedRegions> Of(RegionProposalOutput output, IReadOnlyList<(int Width, int Height)> sizes)
    {
        if (sizes.Count != output.Logits_NA.shape[0])
            throw new ArgumentException($"sizes: expected {output.Logits_NA.shape[0]}, one for each image, got {sizes.Count}.");
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var regions = sizes.Select((size, n) => OfImage(output, n, size)).ToList();
        scope.MoveToOuter(regions.SelectMany(image => new[] { image.Boxes_R4, image.Scores_R }));
        return regions;
    }

    private ProposedRegions OfImage(RegionProposalOutput output, int n, (int Width, int Height) size)
    {
        using var scope = NewDisposeScope();
        var (candidate_P, level_P) = Candidates(output.Logits_NA[n].detach(), output.AnchorsOfLevel);
        var score_P = output.Logits_NA[n].detach().index_select(0, candidate_P).sigmoid();
        var decoded_P4 = Coder.Decode(
            output.Offsets_NA4[n].detach().index_select(0, candidate_P), output.Anchors_A4.index_select(0, candidate_P));
        var boxes_P4 = Boxes.Clip(decoded_P4, size.Width, size.Height);
        var kept_R = Kept(boxes_P4, score_P, level_P);
        return new(boxes_P4.index_select(0, kept_R).MoveToOuterDisposeScope(), score_P.index_select(0, kept_R).MoveToOuterDisposeScope());
    }

    /// <summary>The best anchors of each level, and which level they are of.</summary>
    private (Tensor Anchor_P, int[] Level_P) Candidates(Tensor logits_A, IReadOnlyList<int> anchorsOfLevel)
    {
        using var scope = NewDisposeScope();
        var (anchors, levels, first) = (new List<Tensor>(), new List<int>(), 0);
        for (int level = 0; level < anchorsOfLevel.Count; level++)
        {
            int count = Math.Min(beforeNms, anchorsOfLevel[level]);
            anchors.Add(logits_A.narrow(0, first, anchorsOfLevel[level]).topk(count, 0).indexes + first);
            levels.AddRange(Enumerable.Repeat(level, count));
            first += anchorsOfLevel[level];
        }
        return (cat([.. anchors], 0).MoveToOuterDisposeScope(), [.. levels]);
    }

    private Tensor Kept(Tensor boxes_P4, Tensor score_P, int[] level_P)
    {
        Box[] boxes = Boxes.ToManaged(boxes_P4);
        float[] scores = ManagedCopy.Of<float>(score_P);
        int[] large = [.. Enumerable.Range(0, boxes.Length).Where(i => Math.Min(boxes[i].Width, boxes[i].Height) >= network.MinProposalSide)];
        int[] kept = NonMaximumSuppression.KeepPerClass(
            [.. large.Select(i => boxes[i])], [.. large.Select(i => scores[i])], [.. large.Select(i => level_P[i])], network.ProposalNmsThreshold);
        return tensor([.. kept.Take(most).Select(i => (long)large[i])], device: boxes_P4.device);
    }
}
