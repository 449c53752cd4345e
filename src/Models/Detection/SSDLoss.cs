using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The terms of SSD's loss, scalars whose sum is minimised.</summary>
/// <param name="Confidence">Cross-entropy of matched boxes and mined negatives over the number of matched boxes.</param>
/// <param name="Localisation">Weighted smooth L1 distance of offsets over the number of matched boxes.</param>
public readonly record struct SSDLossTerms(Tensor Confidence, Tensor Localisation);

/// <summary>SSD's training objective <c>(L_conf + alpha L_loc) / N</c> (section 2.2, equations 1 to 3), N being the matched boxes of the
/// whole batch.</summary>
/// <remarks>Without any matched box both terms are 0 with gradients of 0.</remarks>
public sealed class SSDLoss : IDisposable
{
    private readonly Tensor defaults_A4;
    private readonly BoxCoder coder;

    /// <summary>Computes the default boxes once.</summary>
    /// <param name="network">The network that is trained.</param>
    /// <param name="device">Where it lies.</param>
    public SSDLoss(SSDNetworkOptions network, Device? device = null)
    {
        defaults_A4 = SSDDefaultBoxes.Corners(network, device).DetachFromDisposeScope();
        coder = new BoxCoder(network.Variances);
    }

    /// <summary>Weight of the localisation term (equation 1).</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Overlap from which on a default box belongs to an object (section 2.2, "Matching strategy").</summary>
    public double MatchThreshold { get; init; } = 0.5;

    /// <summary>Background boxes learned from for each matched box (section 2.2, "Hard negative mining").</summary>
    public int NegativesPerPositive { get; init; } = 3;

    /// <summary>The terms for a batch.</summary>
    /// <param name="output">What the network says.</param>
    /// <param name="targets">What is true, in pixels of the network's input.</param>
    public SSDLossTerms Of(SSDOutput output, DetectionTargets targets)
    {
        using var scope = NewDisposeScope();
        var (class_NA, offsets_NA4) = Targets(targets);
        var positive_NA = class_NA > 0;
        var matched = positive_NA.sum().clamp_(min: 1);
        var confidence = Confidence(output.Logits_NAC, class_NA, positive_NA, NegativesPerPositive) / matched;
        var localisation = Localisation(output.Offsets_NA4, offsets_NA4, positive_NA) * Alpha / matched;
        scope.MoveToOuter(confidence, localisation);
        return new(confidence, localisation);
    }

    /// <summary>Frees the default boxes.</summary>
    public void Dispose() => defaults_A4.Dispose();

    /// <summary>Class (0 background) and offsets that each default box shall predict; offsets mean nothing at background boxes.</summary>
    internal (Tensor Class_NA, Tensor Offsets_NA4) Targets(DetectionTargets targets)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var overlap_NMA = Boxes.IntersectionOverUnion(targets.Boxes_NM4, defaults_A4);
        var matcher = new Matcher(MatchThreshold, MatchThreshold, ForcedMatches.Best);
        var match_NA = matcher.Match(overlap_NMA, targets.Classes_NM >= 0);
        var object_NA = match_NA.clamp(min: 0);
        var class_NA = (targets.Classes_NM.gather(1, object_NA) + 1).masked_fill_(match_NA < 0, 0);
        var truth_NA4 = targets.Boxes_NM4.gather(1, object_NA.unsqueeze(-1).expand(-1, -1, 4));
        return scope.MoveToOuter(class_NA, coder.Encode(truth_NA4, defaults_A4));
    }

    /// <summary>Sum of the cross-entropy over matched boxes and the hardest negatives (equation 3).</summary>
    internal static Tensor Confidence(Tensor logits_NAC, Tensor class_NA, Tensor positive_NA, int negativesPerPositive)
    {
        using var scope = NewDisposeScope();
        var loss_NA = nn.functional
            .cross_entropy(logits_NAC.flatten(0, 1), class_NA.flatten(), reduction: nn.Reduction.None).view_as(class_NA);
        var negative_NA = HardNegativeMining.Select(loss_NA, positive_NA, negativesPerPositive);
        return (loss_NA * positive_NA.logical_or(negative_NA)).sum().MoveToOuterDisposeScope();
    }

    /// <summary>Sum of the smooth L1 distance over matched boxes (equation 2).</summary>
    private static Tensor Localisation(Tensor predicted_NA4, Tensor wanted_NA4, Tensor positive_NA)
    {
        using var scope = NewDisposeScope();
        var background_NA1 = positive_NA.logical_not().unsqueeze(-1);
        return nn.functional.smooth_l1_loss(
            predicted_NA4.masked_fill(background_NA1, 0), wanted_NA4.masked_fill(background_NA1, 0), reduction: nn.Reduction.Sum)
            .MoveToOuterDisposeScope();
    }
}
