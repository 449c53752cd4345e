using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>A convolution of an <see cref="InceptionV3Module"/>, padded to keep the size unless it has a stride.</summary>
/// <param name="Name">torchvision's name.</param>
/// <param name="Outputs">Channels of the result.</param>
/// <param name="Height">Of the kernel.</param>
/// <param name="Width">Of the kernel.</param>
/// <param name="Stride">1 or 2.</param>
internal readonly record struct InceptionConvolution(string Name, int Outputs, int Height = 1, int Width = 1, int Stride = 1);

/// <summary>Convolutions one after the other; a fork's two stand side by side behind them.</summary>
internal sealed record InceptionBranch(InceptionConvolution[] Chain, InceptionConvolution[]? Fork = null)
{
    /// <summary>Channels of the result.</summary>
    public int Outputs => Fork?.Sum(convolution => convolution.Outputs) ?? Chain[^1].Outputs;
}

/// <summary>Branches of a module, and the channels behind its pooling; 0 for a pooling with stride 2 and nothing behind it.</summary>
internal sealed record InceptionV3Shape(InceptionBranch[] Branches, int Projection)
{
    /// <summary>Channels of the result.</summary>
    public int Outputs(int inputs) => Branches.Sum(branch => branch.Outputs) + (Projection == 0 ? inputs : Projection);
}

/// <summary>One module of Inception-v3 (Szegedy et al., arXiv 1512.00567, figures 5 to 7 and 10).</summary>
/// <remarks>State names are those of torchvision's inception_v3, and "se".</remarks>
internal sealed class InceptionV3Module : nn.Module<Tensor, Tensor>
{
    private const string Pool = "branch_pool", Excitation = "se";
    private readonly InceptionV3Shape shape;
    private readonly Dictionary<string, Sequential> units = [];
    private readonly SqueezeExcitation? se;

    public InceptionV3Module(int inputs, InceptionV3Shape shape, SqueezeExcitation? excitation) : base(nameof(InceptionV3Module))
    {
        this.shape = shape;
        foreach (var branch in shape.Branches)
        {
            int channels = inputs;
            foreach (var convolution in branch.Chain)
            {
                Add(channels, convolution);
                channels = convolution.Outputs;
            }
            foreach (var convolution in branch.Fork ?? [])
                Add(channels, convolution);
        }
        if (shape.Projection > 0)
            Add(inputs, new(Pool, shape.Projection));
        se = excitation;
        if (se is not null)
            register_module(Excitation, se);

        void Add(int channels, InceptionConvolution convolution)
        {
            var unit = units[convolution.Name] = Unit(channels, convolution);
            register_module(convolution.Name, unit);
        }
    }

    /// <summary>Figure 5: 1x1, 5x5, two 3x3, pooling.</summary>
    public static InceptionV3Shape Coarse(int projection) => new(
        [
            new([new("branch1x1", 64)]),
            new([new("branch5x5_1", 48), new("branch5x5_2", 64, 5, 5)]),
            new([new("branch3x3dbl_1", 64), new("branch3x3dbl_2", 96, 3, 3), new("branch3x3dbl_3", 96, 3, 3)]),
        ], projection);

    /// <summary>Figure 10 before the modules of figure 6.</summary>
    public static InceptionV3Shape FirstReduction { get; } = new(
        [
            new([new("branch3x3", 384, 3, 3, 2)]),
            new([new("branch3x3dbl_1", 64), new("branch3x3dbl_2", 96, 3, 3), new("branch3x3dbl_3", 96, 3, 3, 2)]),
        ], 0);

    /// <summary>Figure 6: 7x7 convolutions as 1x7 and 7x1.</summary>
    public static InceptionV3Shape Factorised(int width) => new(
        [
            new([new("branch1x1", 192)]),
            new([new("branch7x7_1", width), new("branch7x7_2", width, 1, 7), new("branch7x7_3", 192, 7, 1)]),
            new([new("branch7x7dbl_1", width), new("branch7x7dbl_2", width, 7, 1), new("branch7x7dbl_3", width, 1, 7),
                new("branch7x7dbl_4", width, 7, 1), new("branch7x7dbl_5", 192, 1, 7)]),
        ], 192);

    /// <summary>Figure 10 before the modules of figure 7.</summary>
    public static InceptionV3Shape SecondReduction { get; } = new(
        [
            new([new("branch3x3_1", 192), new("branch3x3_2", 320, 3, 3, 2)]),
            new([new("branch7x7x3_1", 192), new("branch7x7x3_2", 192, 1, 7), new("branch7x7x3_3", 192, 7, 1),
                new("branch7x7x3_4", 192, 3, 3, 2)]),
        ], 0);

    /// <summary>Figure 7: 3x3 convolutions as 1x3 beside 3x1.</summary>
    public static InceptionV3Shape Expanded { get; } = new(
        [
            new([new("branch1x1", 320)]),
            new([new("branch3x3_1", 384)], [new("branch3x3_2a", 384, 1, 3), new("branch3x3_2b", 384, 3, 1)]),
            new([new("branch3x3dbl_1", 448), new("branch3x3dbl_2", 384, 3, 3)],
                [new("branch3x3dbl_3a", 384, 1, 3), new("branch3x3dbl_3b", 384, 3, 1)]),
        ], 192);

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var joined = cat([.. shape.Branches.SelectMany(branch => Parts(branch, x)), Pooled(x)], 1);
        return (se is null ? joined : se.call(joined)).MoveToOuterDisposeScope();
    }

    /// <summary>A convolution without bias, batch normalisation, ReLU.</summary>
    public static Sequential Unit(int inputs, InceptionConvolution shape, bool padded = true) => nn.Sequential(
        ("conv", nn.Conv2d(inputs, shape.Outputs, (shape.Height, shape.Width), (shape.Stride, shape.Stride),
            padded && shape.Stride == 1 ? (shape.Height / 2, shape.Width / 2) : (0, 0), bias: false)),
        ("bn", new BatchNormalisation(shape.Outputs, eps: 1e-3)),
        ("relu", nn.ReLU(inplace: true)));

    private IEnumerable<Tensor> Parts(InceptionBranch branch, Tensor x)
    {
        foreach (var convolution in branch.Chain)
            x = units[convolution.Name].call(x);
        return branch.Fork is null ? [x] : branch.Fork.Select(convolution => units[convolution.Name].call(x));
    }

    private Tensor Pooled(Tensor x) => shape.Projection == 0
        ? nn.functional.max_pool2d(x, 3, 2)
        : units[Pool].call(nn.functional.avg_pool2d(x, 3, 1, 1));
}
