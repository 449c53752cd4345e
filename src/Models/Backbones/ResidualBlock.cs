using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>A block of a residual network: <c>relu(gate(branch(x)) + shortcut(x))</c> (He et al., arXiv 1512.03385, equations 1 and
/// 2).</summary>
internal abstract class ResidualBlock : nn.Module<Tensor, Tensor>, INormalisedConvolutions
{
    private readonly Sequential? downsample;
    private readonly nn.Module<Tensor, Tensor>? se;

    protected ResidualBlock(string name, ResNetArchitecture net, int inputs, int outputs, int stride) : base(name)
    {
        if (stride != 1 || inputs != outputs)
            downsample = nn.Sequential(
                ("0", net.Normalisation.Convolution(inputs, outputs, 1, stride)),
                ("1", net.Normalisation.Create(outputs)));
        se = net.Gate?.Invoke(outputs);
    }

    public abstract IEnumerable<(Conv2d Convolution, nn.Module<Tensor, Tensor> Normalisation)> NormalisedConvolutions { get; }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var branch = Branch(x);
        branch = se is null ? branch : se.call(branch);
        return branch.add_(downsample is null ? x : downsample.call(x)).relu_().MoveToOuterDisposeScope();
    }

    /// <summary>Everything before the gate and the sum.</summary>
    protected abstract Tensor Branch(Tensor x);
}

/// <summary>Two 3x3 convolutions (figure 5, left).</summary>
internal sealed class BasicBlock : ResidualBlock
{
    private readonly Conv2d conv1, conv2;
    private readonly nn.Module<Tensor, Tensor> bn1, bn2;

    public BasicBlock(ResNetArchitecture net, int inputs, int width, int stride, int dilation)
        : base(nameof(BasicBlock), net, inputs, width, stride)
    {
        conv1 = net.Normalisation.Convolution(inputs, width, 3, stride, dilation: dilation);
        bn1 = net.Normalisation.Create(width);
        conv2 = net.Normalisation.Convolution(width, width, 3, dilation: dilation);
        bn2 = net.Normalisation.Create(width);
        RegisterComponents();
    }

    public override IEnumerable<(Conv2d, nn.Module<Tensor, Tensor>)> NormalisedConvolutions => [(conv1, bn1), (conv2, bn2)];

    protected override Tensor Branch(Tensor x)
    {
        x = bn1.call(conv1.call(x)).relu_();
        return bn2.call(conv2.call(x));
    }
}

/// <summary>1x1, 3x3, 1x1 convolutions (figure 5, right).</summary>
/// <remarks>Differs from the paper: the 3x3 convolution has the stride, not the first 1x1, as in the public checkpoints.</remarks>
internal sealed class BottleneckBlock : ResidualBlock
{
    private readonly Conv2d conv1, conv2, conv3;
    private readonly nn.Module<Tensor, Tensor> bn1, bn2, bn3;

    public BottleneckBlock(ResNetArchitecture net, int inputs, int width, int stride, int dilation)
        : base(nameof(BottleneckBlock), net, inputs, width * net.Expansion, stride)
    {
        int inner = width * (net.WidthPerGroup ?? net.Width) / net.Width * net.Groups, outputs = width * net.Expansion;
        conv1 = net.Normalisation.Convolution(inputs, inner, 1);
        bn1 = net.Normalisation.Create(inner);
        conv2 = net.Normalisation.Convolution(inner, inner, 3, stride, net.Groups, dilation);
        bn2 = net.Normalisation.Create(inner);
        conv3 = net.Normalisation.Convolution(inner, outputs, 1);
        bn3 = net.Normalisation.Create(outputs);
        RegisterComponents();
    }

    public override IEnumerable<(Conv2d, nn.Module<Tensor, Tensor>)> NormalisedConvolutions => [(conv1, bn1), (conv2, bn2), (conv3, bn3)];

    protected override Tensor Branch(Tensor x)
    {
        x = bn1.call(conv1.call(x)).relu_();
        x = bn2.call(conv2.call(x)).relu_();
        return bn3.call(conv3.call(x));
    }
}
