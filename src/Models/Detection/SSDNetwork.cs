using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>SSD (Liu et al., ECCV 2016, arXiv 1512.02325, figure 2): classes and boxes at every cell of several feature maps, in one
/// pass.</summary>
/// <remarks>
/// With <see cref="DetectionBackbone.Vgg16"/> the state names are torchvision's ssd300_vgg16. Differs from the paper where
/// <see cref="SSDNetworkOptions"/> says so: residual backbones predict from stages 2 to 4 and two extra blocks, without a scaled norm.
/// </remarks>
public sealed class SSDNetwork : nn.Module<Tensor, SSDOutput>
{
    private readonly Backbone backbone;
    private readonly SSDHead head;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public SSDNetwork(SSDNetworkOptions options) : base(nameof(SSDNetwork))
    {
        var faults = options.Faults().Concat(options.Classes == 0 ? ["Classes: expected at least 1, got 0."] : []).ToList();
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(SSDNetworkOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        Options = options;
        using var scope = NewDisposeScope();
        backbone = options.Backbone == DetectionBackbone.Vgg16 ? new SSDVggBackbone(options) : new SSDResNetBackbone(options);
        head = new SSDHead(backbone.Maps, SSDPyramid.Maps(options), options.Classes + 1);
        RegisterComponents();
        if (options.Backbone == DetectionBackbone.Vgg16)
            ConvolutionInitialisation.Xavier(head);
        else
            ConvolutionInitialisation.Normal(head, 0.01);
    }

    /// <summary>What the network was made from.</summary>
    public SSDNetworkOptions Options { get; }

    /// <summary>Logits and offsets of all default boxes.</summary>
    /// <param name="images_N3HW">Red, green, blue in 0 to 1; both sides are <see cref="SSDNetworkOptions.ImageSize"/>.</param>
    public override SSDOutput forward(Tensor images_N3HW)
    {
        if (images_N3HW.shape is not [_, 3, var height, var width] || height != Options.ImageSize || width != Options.ImageSize)
            throw new ArgumentException(
                $"images_N3HW: expected [N, 3, {Options.ImageSize}, {Options.ImageSize}], got [{string.Join(", ", images_N3HW.shape)}].");
        using var scope = NewDisposeScope();
        var pixels_N3HW = InputNormalisation.Of(
            images_N3HW, Options.Mean ?? Options.Backbone.Mean(), Options.Deviation ?? Options.Backbone.Deviation());
        var output = head.call(backbone.call(pixels_N3HW.to(head.Format)));
        scope.MoveToOuter(output.Logits_NAC, output.Offsets_NA4);
        return output;
    }
}
