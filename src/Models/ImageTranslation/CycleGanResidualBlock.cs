using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>The paper's R256: two 3x3 convolutions padded by reflection, added to their input; no activation after the addition.</summary>
internal sealed class CycleGanResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential conv_block;

    public CycleGanResidualBlock(int channels) : base(nameof(CycleGanResidualBlock))
    {
        conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), new InstanceNormalisation(), nn.ReLU(inplace: true),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), new InstanceNormalisation());
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        return (x_NCHW + conv_block.call(x_NCHW)).MoveToOuterDisposeScope();
    }
}
