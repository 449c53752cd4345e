using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>Sizes of one residual block.</summary>
/// <param name="Inputs">Channels that come in.</param>
/// <param name="Width">Channels of the 3x3 convolutions in a plain network.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Dilation">Of the 3x3 convolutions.</param>
internal readonly record struct ResidualShape(int Inputs, int Width, int Stride, int Dilation = 1);

/// <summary>
/// A block of a residual network, <c>relu(branch(x) + shortcut(x))</c> (He et al., arXiv 1512.03385, equations 1 and 2), with an
/// excitation in one of several places (Hu et al., arXiv 1709.01507, figure 5).
/// </summary>
internal abstract class ResidualBlock : nn.Module<Tensor, Tensor>, INormalisedConvolutions
{
    private readonly Sequential? downsample;
    private readonly SqueezeExcitation? se;
    private readonly ExcitationPosition position;
    private readonly bool rectifiesBranch;

    /// <param name="name">The kind of block.</param>
    /// <param name="net">What the network is made of.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="inner">Channels after the 3x3 convolution.</param>
    /// <param name="excitation">Makes the excitation for a number of channels; null for none.</param>
    protected ResidualBlock(
        string name, ResNetArchitecture net, ResidualShape shape, int inner, Func<int, SqueezeExcitation?> excitation) : base(name)
    {
        int outputs = shape.Width * net.Expansion;
        if (shape.Stride != 1 || shape.Inputs != outputs)
            downsample = nn.Sequential(
                ("0", net.Normalisation.Convolution(shape.Inputs, outputs, 1, shape.Stride)),
                ("1", net.Normalisation.Create(outputs)));
        position = net.SqueezeExcitation?.Position ?? ExcitationPosition.Standard;
        se = excitation(position switch
        {
            ExcitationPosition.Pre => shape.Inputs,
            ExcitationPosition.Convolution => inner,
            _ => outputs,
        });
        rectifiesBranch = net.Layout == ResNetLayout.Caffe && !net.Bottleneck && se is not null;
    }

    public abstract IEnumerable<(Conv2d Convolution, nn.Module<Tensor, Tensor> Normalisation)> NormalisedConvolutions { get; }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var branch = Branch(Excited(ExcitationPosition.Pre, x));
        branch = Excited(ExcitationPosition.Standard, rectifiesBranch ? branch.relu_() : branch);
        var shortcut = Excited(ExcitationPosition.Identity, downsample is null ? x : downsample.call(x));
        return Excited(ExcitationPosition.Post, branch.add_(shortcut).relu_()).MoveToOuterDisposeScope();
    }

    /// <summary>The convolutions with what stands between them.</summary>
    protected abstract Tensor Branch(Tensor x);

    /// <summary>Rescales the channels if this is where the block's excitation stands.</summary>
    protected Tensor Excited(ExcitationPosition here, Tensor x) => se is null || here != position ? x : se.call(x);
}

/// <summary>Two 3x3 convolutions (figure 5, left).</summary>
internal sealed class BasicBlock : ResidualBlock
{
    private readonly Conv2d conv1, conv2;
    private readonly nn.Module<Tensor, Tensor> bn1, bn2;

    public BasicBlock(ResNetArchitecture net, ResidualShape shape, Func<int, SqueezeExcitation?> excitation)
        : base(nameof(BasicBlock), net, shape, shape.Width, excitation)
    {
        conv1 = net.Normalisation.Convolution(shape.Inputs, shape.Width, 3, shape.Stride, dilation: shape.Dilation);
        bn1 = net.Normalisation.Create(shape.Width);
        conv2 = net.Normalisation.Convolution(shape.Width, shape.Width, 3, dilation: shape.Dilation);
        bn2 = net.Normalisation.Create(shape.Width);
        RegisterComponents();
    }

    public override IEnumerable<(Conv2d, nn.Module<Tensor, Tensor>)> NormalisedConvolutions => [(conv1, bn1), (conv2, bn2)];

    protected override Tensor Branch(Tensor x)
    {
        x = Excited(ExcitationPosition.Convolution, bn1.call(conv1.call(x)).relu_());
        return bn2.call(conv2.call(x));
    }
}

/// <summary>1x1, 3x3, 1x1 convolutions (figure 5, right), the 3x3 grouped in ResNeXt (Xie et al., arXiv 1611.05431, figure 3c).</summary>
/// <remarks>Differs from the paper: the 3x3 convolution has the stride, not the first 1x1, as in most public checkpoints; see
/// <see cref="ResNetLayout"/>.</remarks>
internal sealed class BottleneckBlock : ResidualBlock
{
    private readonly Conv2d conv1, conv2, conv3;
    private readonly nn.Module<Tensor, Tensor> bn1, bn2, bn3;

    public BottleneckBlock(ResNetArchitecture net, ResidualShape shape, Func<int, SqueezeExcitation?> excitation)
        : base(nameof(BottleneckBlock), net, shape, Inner(net, shape.Width), excitation)
    {
        int inner = Inner(net, shape.Width), outputs = shape.Width * net.Expansion;
        bool firstHasStride = net.Layout == ResNetLayout.Caffe && net.Groups == 1;
        conv1 = net.Normalisation.Convolution(shape.Inputs, inner, 1, firstHasStride ? shape.Stride : 1);
        bn1 = net.Normalisation.Create(inner);
        conv2 = net.Normalisation.Convolution(inner, inner, 3, firstHasStride ? 1 : shape.Stride, net.Groups, shape.Dilation);
        bn2 = net.Normalisation.Create(inner);
        conv3 = net.Normalisation.Convolution(inner, outputs, 1);
        bn3 = net.Normalisation.Create(outputs);
        RegisterComponents();
    }

    public override IEnumerable<(Conv2d, nn.Module<Tensor, Tensor>)> NormalisedConvolutions => [(conv1, bn1), (conv2, bn2), (conv3, bn3)];

    protected override Tensor Branch(Tensor x)
    {
        x = bn1.call(conv1.call(x)).relu_();
        x = Excited(ExcitationPosition.Convolution, bn2.call(conv2.call(x)).relu_());
        return bn3.call(conv3.call(x));
    }

    private static int Inner(ResNetArchitecture net, int width) => width * (net.WidthPerGroup ?? net.Width) / net.Width * net.Groups;
}
