using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>VGG-16 as SSD uses it (section 3, "Base network"): conv4_3 with scaled norm, fc6 and fc7 as convolutions, extra
/// layers.</summary>
/// <remarks>State names are those of torchvision's ssd300_vgg16; with 512 pixels the strides are the paper's, not torchvision's.</remarks>
internal sealed class SSDVggBackbone : Backbone
{
    private readonly Sequential features;
    private readonly Parameter scale_weight;
    private readonly ModuleList<Sequential> extra;

    public SSDVggBackbone(SSDNetworkOptions options) : base(nameof(SSDVggBackbone))
    {
        features = nn.Sequential(Vgg16.Layers(0, 4, ceilThirdPool: true));
        scale_weight = new Parameter(full(512, options.NormScale).DetachFromDisposeScope());
        scale_weight.DetachFromDisposeScope();
        var dense = nn.Sequential(
            nn.MaxPool2d(3, stride: 1, padding: 1),
            nn.Conv2d(512, 1024, 3, padding: 6, dilation: 6),
            nn.ReLU(inplace: true),
            nn.Conv2d(1024, 1024, 1),
            nn.ReLU(inplace: true));
        var stage5 = Vgg16.Layers(4, 5, ceilThirdPool: true);
        var blocks = SSDExtraLayers.Create(options, 1024);
        extra = new([nn.Sequential([.. stage5, dense]), .. blocks.Select(block => block.Block)]);
        RegisterComponents();
        ConvolutionInitialisation.Xavier(extra);
        ConvolutionInitialisation.He(features);
        foreach (var layer in stage5)
            ConvolutionInitialisation.He(layer);
        Stages = [.. Vgg16.Split(features), [extra[0]]];
        Maps = [new(512, 8), new(1024, 16), .. blocks.Select((block, k) => new FeatureMap(block.Channels, 32 << k))];
    }

    public override IReadOnlyList<FeatureMap> Maps { get; }

    public override IReadOnlyList<IReadOnlyList<nn.Module>> Stages { get; }

    public override IReadOnlyList<Tensor> forward(Tensor pixels_N3HW)
    {
        using var scope = NewDisposeScope();
        var x = features.call(pixels_N3HW);
        var maps = new List<Tensor> { nn.functional.normalize(x, dim: 1, eps: 1e-12) * scale_weight.to(x.dtype).view(1, -1, 1, 1) };
        foreach (var block in extra)
            maps.Add(x = block.call(x));
        scope.MoveToOuter(maps);
        return maps;
    }
}
