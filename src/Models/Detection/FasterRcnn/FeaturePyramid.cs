using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Gives every map of a backbone the meaning of the coarsest (Lin et al., Feature Pyramid Networks, arXiv 1612.03144, figure
/// 3).</summary>
/// <remarks>State names are those of torchvision's FeaturePyramidNetwork; the fifth level is every second cell of the fourth.</remarks>
internal sealed class FeaturePyramid : nn.Module<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>
{
    private readonly ModuleList<Sequential> inner_blocks, layer_blocks;

    public FeaturePyramid(IReadOnlyList<FeatureMap> maps, int width) : base(nameof(FeaturePyramid))
    {
        inner_blocks = new([.. maps.Select(map => nn.Sequential(nn.Conv2d(map.Channels, width, 1)))]);
        layer_blocks = new([.. maps.Select(_ => nn.Sequential(nn.Conv2d(width, width, 3, padding: 1)))]);
        RegisterComponents();
        ConvolutionInitialisation.LeCun(this);
    }

    public override IReadOnlyList<Tensor> forward(IReadOnlyList<Tensor> maps)
    {
        using var scope = NewDisposeScope();
        var levels = new List<Tensor>();
        Tensor? above = null;
        for (int k = maps.Count - 1; k >= 0; k--)
        {
            var lateral = inner_blocks[k].call(maps[k]);
            above = above is null ? lateral : lateral + nn.functional.interpolate(above, [lateral.shape[2], lateral.shape[3]]);
            levels.Insert(0, layer_blocks[k].call(above));
        }
        levels.Add(nn.functional.max_pool2d(levels[^1], 1, 2));
        scope.MoveToOuter(levels);
        return levels;
    }
}
