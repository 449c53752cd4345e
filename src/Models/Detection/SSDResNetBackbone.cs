using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>A residual network as SSD's base: the results of its stages 2 to 4, then extra layers.</summary>
/// <remarks>State names: "features." before torchvision's names of the residual network, "extra." for the rest.</remarks>
internal sealed class SSDResNetBackbone : Backbone
{
    private readonly ResNet features;
    private readonly ModuleList<Sequential> extra;

    public SSDResNetBackbone(SSDNetworkOptions options) : base(nameof(SSDResNetBackbone))
    {
        features = new ResNet(options.Backbone.ResNet() with { Normalisation = options.BackboneNormalisation });
        var stages = features.Maps.Skip(1).ToList();
        var blocks = SSDExtraLayers.Create(options, stages[^1].Channels);
        extra = new([.. blocks.Select(block => block.Block)]);
        RegisterComponents();
        ConvolutionInitialisation.He(extra);
        Maps = [.. stages, .. blocks.Select((block, k) => new FeatureMap(block.Channels, stages[^1].Stride * 2 << k))];
    }

    public override IReadOnlyList<FeatureMap> Maps { get; }

    public override IReadOnlyList<IReadOnlyList<nn.Module>> Stages => features.Stages;

    public override IReadOnlyList<Tensor> forward(Tensor pixels_N3HW)
    {
        using var scope = NewDisposeScope();
        var maps = features.call(pixels_N3HW).Skip(1).ToList();
        foreach (var block in extra)
            maps.Add(block.call(maps[^1]));
        scope.MoveToOuter(maps);
        return maps;
    }
}
