using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The two terms of one half of Faster R-CNN, scalars whose sum is minimised.</summary>
/// <param name="Classification">Mean cross-entropy over the samples.</param>
/// <param name="Boxes">Weighted smooth L1 distance of offsets, summed over samples with objects, over the number of all samples.</param>
public readonly record struct RegionLossTerms(Tensor Classification, Tensor Boxes);

/// <summary>The four terms of Faster R-CNN's joint training (section 3.2).</summary>
/// <param name="Proposals">Objectness and boxes of the region proposal network (equation 1).</param>
/// <param name="Regions">Classes and boxes of the detector (Fast R-CNN, arXiv 1504.08083, equation 1).</param>
public readonly record struct FasterRcnnLossTerms(RegionLossTerms Proposals, RegionLossTerms Regions);

/// <summary>Faster R-CNN's training objective: both halves together in approximate joint training, or each alone in alternating training (section
/// 3.2).</summary>
/// <remarks>
/// Proposals are constants for the detector: no gradient goes through their coordinates. Samples are drawn from the global random state. Without
/// any object the box terms are 0 with gradients of 0.
/// </remarks>
public sealed class FasterRcnnLoss
{
    private static readonly BoxCoder AnchorCoder = new([1, 1, 1, 1]);
    private readonly FasterRcnnNetworkOptions network;
    private readonly FasterRcnnLossOptions options;
    private readonly BoxCoder regionCoder;

    /// <summary>A loss for one network.</summary>
    /// <param name="network">The network that is trained.</param>
    /// <param name="options">Matching, sampling and weights; null for the paper's.</param>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public FasterRcnnLoss(FasterRcnnNetworkOptions network, FasterRcnnLossOptions? options = null)
    {
        this.network = network;
        this.options = options ?? new();
        if (this.options.Faults().ToList() is { Count: > 0 } faults)
            throw new ArgumentException($"{nameof(FasterRcnnLossOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        regionCoder = new BoxCoder(network.Variances);
    }

    /// <summary>All four terms for a batch.</summary>
    public FasterRcnnLossTerms Of(FasterRcnnNetwork net, PaddedImages images, DetectionTargets targets)
    {
        using var scope = NewDisposeScope();
        var features = net.Features(images.Pixels_N3HW);
        var output = net.Propose(features);
        var proposals = OfProposals(output, images.Sizes, targets);
        var found = new RegionProposals(network, options.ProposalsBeforeNms, options.Proposals).Of(output, images.Sizes);
        var regions = OfRegions(net, features, [.. found.Select(image => image.Boxes_R4)], targets);
        scope.MoveToOuter(proposals.Classification, proposals.Boxes, regions.Classification, regions.Boxes);
        return new(proposals, regions);
    }

    /// <summary>The terms of the region proposal network (section 3.1.2).</summary>
    /// <param name="output">What it says about N images.</param>
    /// <param name="sizes">Width and height of the images in pixels, without padding.</param>
    /// <param name="targets">What is true, in pixels of the network's input.</param>
    public RegionLossTerms OfProposals(RegionProposalOutput output, IReadOnlyList<(int Width, int Height)> sizes, DetectionTargets targets)
    {
        using var scope = NewDisposeScope();
        var (logits, truth, predicted, wanted) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (int n = 0; n < sizes.Count; n++)
        {
            var (objects_M4, _) = Objects(targets, n);
            var match_A = MatchAnchors(output.Anchors_A4, objects_M4, sizes[n]);
            var (foreground_F, background_B) = BalancedSampling.Draw(match_A, options.AnchorSamples, options.AnchorForegroundFraction);
            logits.Add(output.Logits_NA[n].index_select(0, cat([foreground_F, background_B], 0)));
            truth.Add(cat([ones_like(foreground_F), zeros_like(background_B)], 0));
            predicted.Add(output.Offsets_NA4[n].index_select(0, foreground_F));
            wanted.Add(Offsets(AnchorCoder, objects_M4, match_A, output.Anchors_A4, foreground_F));
        }
        var logits_S = cat([.. logits], 0);
        var crossEntropy = nn.functional.binary_cross_entropy_with_logits(
            logits_S, cat([.. truth], 0).to(ScalarType.Float32), reduction: nn.Reduction.Sum);
        var distance = Distance(cat([.. predicted], 0), cat([.. wanted], 0), options.AnchorBoxBeta) * options.AnchorBoxWeight;
        return Means(scope, crossEntropy, distance, logits_S.shape[0]);
    }

    /// <summary>The terms of the detector for given regions, which are constants (Fast R-CNN, section 2.3). The true boxes are added to
    /// them.</summary>
    /// <param name="net">The network.</param>
    /// <param name="features">The features of N images.</param>
    /// <param name="regions_R4">Regions of each image in pixels of the network's input.</param>
    /// <param name="targets">What is true, in the same pixels.</param>
    public RegionLossTerms OfRegions(
        FasterRcnnNetwork net, ImageFeatures features, IReadOnlyList<Tensor> regions_R4, DetectionTargets targets)
    {
        using var scope = NewDisposeScope();
        var samples = regions_R4.Select((boxes_R4, n) => Sample(boxes_R4.detach(), targets, n)).ToList();
        var output = net.Classify(features, [.. samples.Select(sample => sample.Boxes_S4)]);
        var class_S = cat([.. samples.Select(sample => sample.Class_S)], 0);
        var crossEntropy = nn.functional.cross_entropy(output.Logits_KC, class_S, reduction: nn.Reduction.Sum);
        var foreground_F = class_S.nonzero().flatten();
        var predicted_F4 = output.Offsets_KC4.index([foreground_F, class_S.index_select(0, foreground_F)]);
        var wanted_F4 = cat([.. samples.Select(sample => sample.Offsets_F4)], 0);
        var distance = Distance(predicted_F4, wanted_F4, options.RegionBoxBeta) * options.RegionBoxWeight;
        return Means(scope, crossEntropy, distance, class_S.shape[0]);
    }

    /// <summary>What each anchor shall find (section 3.1.2).</summary>
    internal Tensor MatchAnchors(Tensor anchors_A4, Tensor objects_M4, (int Width, int Height) size)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var matcher = new Matcher(options.AnchorForeground, options.AnchorBackground, ForcedMatches.BestWithTies);
        if (!options.IgnoreBorderAnchors)
            return Match(matcher, anchors_A4, objects_M4).MoveToOuterDisposeScope();
        // They take no part at all: the best anchor of an object is the best of the others.
        var inside_I = Boxes.Clip(anchors_A4, size.Width, size.Height).eq(anchors_A4).all(-1).nonzero().flatten();
        var match_I = Match(matcher, anchors_A4.index_select(0, inside_I), objects_M4);
        return full(anchors_A4.shape[0], Matcher.Ignored, ScalarType.Int64, anchors_A4.device)
            .index_copy(0, inside_I, match_I).MoveToOuterDisposeScope();
    }

    private RegionSample Sample(Tensor regions_R4, DetectionTargets targets, int n)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var (objects_M4, class_M) = Objects(targets, n);
        var boxes_R4 = cat([regions_R4, objects_M4], 0);
        var match_R = MatchRegions(boxes_R4, objects_M4);
        var (foreground_F, background_B) = BalancedSampling.Draw(match_R, options.RegionSamples, options.RegionForegroundFraction);
        var class_F = class_M.index_select(0, match_R.index_select(0, foreground_F)) + 1;
        var sample = new RegionSample(boxes_R4.index_select(0, cat([foreground_F, background_B], 0)),
            cat([class_F, zeros_like(background_B)], 0), Offsets(regionCoder, objects_M4, match_R, boxes_R4, foreground_F));
        scope.MoveToOuter(sample.Boxes_S4, sample.Class_S, sample.Offsets_F4);
        return sample;
    }

    /// <summary>What each region shall find (Fast R-CNN, section 2.3).</summary>
    internal Tensor MatchRegions(Tensor boxes_R4, Tensor objects_M4)
    {
        var match_R = Match(new(options.RegionForeground, options.RegionForeground, ForcedMatches.None), boxes_R4, objects_M4);
        if (options.RegionBackgroundFrom == 0 || objects_M4.shape[0] == 0)
            return match_R;
        var overlap_R = Boxes.IntersectionOverUnion(objects_M4, boxes_R4).amax([0]);
        return match_R.masked_fill(overlap_R < options.RegionBackgroundFrom, Matcher.Ignored);
    }

    private static Tensor Match(Matcher matcher, Tensor boxes_A4, Tensor objects_M4) =>
        objects_M4.shape[0] == 0 || boxes_A4.shape[0] == 0
            ? full(boxes_A4.shape[0], Matcher.Background, ScalarType.Int64, boxes_A4.device)
            : matcher.Match(Boxes.IntersectionOverUnion(objects_M4, boxes_A4));

    /// <summary>The objects of one image, without padding.</summary>
    private static (Tensor Boxes_M4, Tensor Class_M) Objects(DetectionTargets targets, int n)
    {
        var present_M = (targets.Classes_NM[n] >= 0).nonzero().flatten();
        return (targets.Boxes_NM4[n].index_select(0, present_M), targets.Classes_NM[n].index_select(0, present_M));
    }

    private static Tensor Offsets(BoxCoder coder, Tensor objects_M4, Tensor match_A, Tensor references_A4, Tensor foreground_F)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var truth_F4 = objects_M4.index_select(0, match_A.index_select(0, foreground_F));
        return coder.Encode(truth_F4, references_A4.index_select(0, foreground_F)).MoveToOuterDisposeScope();
    }

    internal static Tensor Distance(Tensor predicted_F4, Tensor wanted_F4, double beta) =>
        nn.functional.smooth_l1_loss(predicted_F4, wanted_F4, nn.Reduction.Sum, beta);

    private static RegionLossTerms Means(DisposeScope scope, Tensor crossEntropy, Tensor distance, long samples)
    {
        var terms = new RegionLossTerms(crossEntropy / Math.Max(1, samples), distance / Math.Max(1, samples));
        scope.MoveToOuter(terms.Classification, terms.Boxes);
        return terms;
    }

    /// <summary>Regions of one image to learn from, those with objects first.</summary>
    private readonly record struct RegionSample(Tensor Boxes_S4, Tensor Class_S, Tensor Offsets_F4);
}
