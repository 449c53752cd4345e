using MLNetDeepExtensions.Backbones;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The features that proposals and detector share: one map of stride 16 (section 3.2), or a pyramid of five.</summary>
internal sealed class FasterRcnnBackbone : Backbone
{
    private const int Stride = 16;
    private readonly Backbone body;
    private readonly FeaturePyramid? fpn;

    public FasterRcnnBackbone(FasterRcnnNetworkOptions options) : base(nameof(FasterRcnnBackbone))
    {
        body = options.IsVgg ? new Vgg16() : new ResNet(
            options.Backbone.ResNet() with { Normalisation = options.BackboneNormalisation, DilatesLastStage = !options.FeaturePyramid });
        if (options.FeaturePyramid)
            fpn = new FeaturePyramid(body.Maps, options.PyramidWidth);
        RegisterComponents();
        Maps = fpn is null
            ? [new(body.Maps[^1].Channels, Stride)]
            : [.. Enumerable.Range(0, body.Maps.Count + 1).Select(k => new FeatureMap(options.PyramidWidth, body.Maps[0].Stride << k))];
    }

    public override IReadOnlyList<FeatureMap> Maps { get; }

    public override IReadOnlyList<IReadOnlyList<nn.Module>> Stages => body.Stages;

    public override IReadOnlyList<Tensor> forward(Tensor pixels_N3HW)
    {
        using var scope = NewDisposeScope();
        var maps = body.call(pixels_N3HW);
        maps = fpn is null ? [maps[^1]] : fpn.call(maps);
        scope.MoveToOuter(maps);
        return maps;
    }
}
