using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Vectors [N, T, width] of the bytes [N, T, values], Int64, that stand at places [T] of images, counted in raster order.</summary>
internal abstract class PixelEmbedding(string name) : nn.Module<Tensor, Tensor, Tensor>(name)
{
    public static PixelEmbedding Of(PixelGrid grid, PixelOutput output, int width) =>
        output == PixelOutput.Categorical ? new ValueEmbedding(grid.Channels, width) : new PixelProjection(grid.Channels, width);

    /// <summary>Vectors that are multiplied by the root of their width, and so have deviation 1 at first.</summary>
    public static TokenEmbedding Table(int count, int width) => new(count, width, weights => nn.init.normal_(weights, 0, Math.Pow(width, -0.5)));
}

/// <summary>A learned vector for each value of each channel (section 3.1).</summary>
internal sealed class ValueEmbedding : PixelEmbedding
{
    private readonly TokenEmbedding values;
    private readonly int channels;

    public ValueEmbedding(int channels, int width) : base(nameof(ValueEmbedding))
    {
        this.channels = channels;
        values = Table(PixelDistribution.ValueCount * channels, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor values_NTc, Tensor places_T)
    {
        using var scope = NewDisposeScope();
        Tensor channel_T = places_T.remainder(channels);
        return (values.call(values_NTc.squeeze(-1) + channel_T * PixelDistribution.ValueCount) * Math.Sqrt(values.Size)).MoveToOuterDisposeScope();
    }
}

/// <summary>The channels of a pixel, from -1 to 1, through one dense layer and ReLU (section 3.1: a convolution whose stride merges the
/// channels).</summary>
internal sealed class PixelProjection : PixelEmbedding
{
    private readonly Linear merge;

    public PixelProjection(int channels, int width) : base(nameof(PixelProjection))
    {
        merge = Dense.Of(channels, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor values_NTc, Tensor places_T)
    {
        using var scope = NewDisposeScope();
        // Whole numbers up to 255 are exact in every format; their quotients are not.
        Tensor x_NTc = LogisticMixturePixels.Scaled(values_NTc, merge.weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
        return merge.call(x_NTc.to(merge.weight.dtype)).relu_().MoveToOuterDisposeScope();
    }
}
