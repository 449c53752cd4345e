using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>What follows the pooling of an <see cref="InceptionModule"/>, and which pooling it is.</summary>
internal enum InceptionPool
{
    /// <summary>Mean of 3x3 cells, then a 1x1 convolution.</summary>
    Average,

    /// <summary>Largest of 3x3 cells, then a 1x1 convolution.</summary>
    Max,

    /// <summary>Largest of 3x3 cells with stride 2 and nothing else; the 3x3 branches have stride 2 too.</summary>
    Reduce,
}

/// <summary>Channels within an Inception module (Ioffe and Szegedy, arXiv 1502.03167, figure 5).</summary>
/// <param name="One">The 1x1 branch; 0 for none.</param>
/// <param name="Three">The 3x3 branch: after its 1x1 convolution and at its end.</param>
/// <param name="Double">The branch of two 3x3 convolutions: after its 1x1 convolution and after each 3x3.</param>
/// <param name="Pool">The pooling branch.</param>
/// <param name="Projection">After the pooling's 1x1 convolution; 0 for none.</param>
internal sealed record InceptionShape(
    int One, (int Reduce, int End) Three, (int Reduce, int End) Double, InceptionPool Pool, int Projection)
{
    /// <summary>Channels of the result.</summary>
    public int Outputs(int inputs) => One + Three.End + Double.End + (Projection == 0 ? inputs : Projection);
}

/// <summary>
/// Branches of different sight side by side, their results one after the other and, if asked, rescaled: "the whole Inception module" is
/// what an excitation transforms (Hu et al., arXiv 1709.01507, figure 2).
/// </summary>
/// <remarks>State names are those of torchvision's GoogLeNet, "branch1" to "branch4" with "conv" and "bn", and "se".</remarks>
internal sealed class InceptionModule : nn.Module<Tensor, Tensor>
{
    private readonly Sequential? branch1;
    private readonly Sequential branch2, branch3, branch4;
    private readonly SqueezeExcitation? se;

    public InceptionModule(int inputs, InceptionShape shape, SqueezeExcitation? excitation) : base(nameof(InceptionModule))
    {
        int stride = shape.Pool == InceptionPool.Reduce ? 2 : 1;
        branch1 = shape.One == 0 ? null : Unit(inputs, shape.One, 1);
        branch2 = nn.Sequential(
            ("0", Unit(inputs, shape.Three.Reduce, 1)), ("1", Unit(shape.Three.Reduce, shape.Three.End, 3, stride)));
        branch3 = nn.Sequential(
            ("0", Unit(inputs, shape.Double.Reduce, 1)), ("1", Unit(shape.Double.Reduce, shape.Double.End, 3)),
            ("2", Unit(shape.Double.End, shape.Double.End, 3, stride)));
        nn.Module<Tensor, Tensor> pool = shape.Pool == InceptionPool.Average
            ? nn.AvgPool2d(3, stride: 1, padding: 1)
            : nn.MaxPool2d(3, stride: stride, padding: 1);
        branch4 = nn.Sequential(("0", pool));
        if (shape.Projection > 0)
            branch4.append("1", Unit(inputs, shape.Projection, 1));
        se = excitation;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor[] parts = [.. new[] { branch1, branch2, branch3, branch4 }.OfType<Sequential>().Select(branch => branch.call(x))];
        var joined = cat(parts, 1);
        return (se is null ? joined : se.call(joined)).MoveToOuterDisposeScope();
    }

    /// <summary>A convolution without bias, batch normalisation, ReLU.</summary>
    public static Sequential Unit(int inputs, int outputs, int kernel, int stride = 1) => nn.Sequential(
        ("conv", Normalisation.Batch.Convolution(inputs, outputs, kernel, stride)),
        ("bn", Normalisation.Batch.Create(outputs)),
        ("relu", nn.ReLU(inplace: true)));
}
