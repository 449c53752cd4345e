using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Classification;

/// <summary>A convolutional classifier with squeeze-and-excitation blocks (Hu et al., CVPR 2018, arXiv 1709.01507), or without them as a
/// baseline.</summary>
/// <remarks>
/// State names are those of timm's seresnet* and torchvision's resnet*, resnext50_32x4d, vgg16, vgg16_bn and inception_v3. Differs from
/// the paper in what <see cref="ResNetLayout"/> says, and by biases in the blocks unless <see cref="SqueezeExcitationOptions.Biases"/> is
/// false.
/// </remarks>
public sealed class SENetNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Backbone features;
    private readonly ClassificationHead head;
    private readonly IReadOnlyList<SqueezeExcitation> excitations;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public SENetNetwork(SENetNetworkOptions options) : base(nameof(SENetNetwork))
    {
        var faults = options.Faults().Concat(options.Classes == 0 ? ["Classes: expected at least 1, got 0."] : []).ToList();
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(SENetNetworkOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        Options = options;
        using var scope = NewDisposeScope();
        features = options.Features();
        int channels = features.Maps[^1].Channels;
        float dropout = options.Dropout ?? options.Architecture.Dropout();
        head = options.Architecture.IsVgg()
            ? new VggHead(channels, options.Classes, dropout)
            : new PooledHead(channels, options.Classes, dropout);
        RegisterComponents();
        excitations = [.. modules().OfType<SqueezeExcitation>()];
        ExcitationBlocks = [.. excitations.Select(block => new ExcitationBlock(block.GetName(), block.Channels))];
    }

    /// <summary>What the network was made from.</summary>
    public SENetNetworkOptions Options { get; }

    /// <summary>The squeeze-and-excitation blocks, from the image on; empty for a network without.</summary>
    public IReadOnlyList<ExcitationBlock> ExcitationBlocks { get; }

    /// <summary>Features that the last layer decides from.</summary>
    public int FeatureCount => head.FeatureCount;

    /// <summary>How many stages can be frozen: 4 in residual networks, 3 in Inception networks, 5 in VGG-16.</summary>
    public int Stages => features.Stages.Count;

    /// <summary>
    /// Keeps the first stages, with what stands before them, as they are: no gradients, and their batch normalisation keeps its stored
    /// statistics even while the network trains.
    /// </summary>
    /// <param name="stages">0 to <see cref="Stages"/>; 0 freezes nothing.</param>
    public void Freeze(int stages) => features.Freeze(stages);

    /// <summary>Logits [N, classes], Float32.</summary>
    /// <param name="images_N3HW">Red, green, blue in 0 to 1; both sides are <see cref="SENetNetworkOptions.ImageSize"/>.</param>
    public override Tensor forward(Tensor images_N3HW)
    {
        using var scope = NewDisposeScope();
        return head.call(LastMap(images_N3HW)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits, and what the last layer makes them of: in residual and Inception networks the last map's mean over space.</summary>
    /// <param name="images_N3HW">As for a call.</param>
    /// <returns>Logits [N, classes] and features [N, D], Float32.</returns>
    public (Tensor Logits_NC, Tensor Features_ND) WithFeatures(Tensor images_N3HW)
    {
        using var scope = NewDisposeScope();
        var features_ND = head.Features(LastMap(images_N3HW));
        return scope.MoveToOuter(head.Logits(features_ND), features_ND);
    }

    /// <summary>Logits, and what every squeeze-and-excitation block multiplied its channels by (section 7.2).</summary>
    /// <param name="images_N3HW">As for a call.</param>
    public SENetOutput WithExcitations(Tensor images_N3HW)
    {
        using var scope = NewDisposeScope();
        using var recording = new ExcitationRecording();
        var logits_NC = call(images_N3HW);
        Tensor[] excitations_NC = [.. excitations.Select(block => recording[block].clone())];
        scope.MoveToOuter([logits_NC, .. excitations_NC]);
        return new(logits_NC, excitations_NC);
    }

    /// <summary>The state under the names of public weights, which know no parts "features" and "head".</summary>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        head.state_dict(features.state_dict(destination, prefix), prefix);

    private Tensor LastMap(Tensor images_N3HW)
    {
        if (images_N3HW.shape is not [_, 3, var height, var width] || height != Options.ImageSize || width != Options.ImageSize)
            throw new ArgumentException(
                $"images_N3HW: expected [N, 3, {Options.ImageSize}, {Options.ImageSize}], got [{string.Join(", ", images_N3HW.shape)}].");
        using var scope = NewDisposeScope();
        var pixels_N3HW = InputNormalisation.Of(
            images_N3HW, Options.Mean ?? Options.Architecture.Mean(), Options.Deviation ?? Options.Architecture.Deviation());
        return features.call(pixels_N3HW.to(head.Format))[^1].MoveToOuterDisposeScope();
    }
}
