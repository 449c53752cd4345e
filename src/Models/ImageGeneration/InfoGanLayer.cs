using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>A dense layer, with batch normalisation after it or without. State names: "dense", "norm".</summary>
internal sealed class InfoGanDense : nn.Module<Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly BatchNormalisation? norm;

    public InfoGanDense(int inputs, int outputs, bool isNormalised) : base(nameof(InfoGanDense))
    {
        dense = nn.Linear(inputs, outputs);
        norm = isNormalised ? new BatchNormalisation(outputs) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_NI)
    {
        using var scope = NewDisposeScope();
        Tensor y_NO = dense.call(x_NI.to(dense.weight.dtype));
        return (norm is null ? y_NO : norm.call(y_NO.unsqueeze(-1).unsqueeze(-1)).flatten(1)).MoveToOuterDisposeScope();
    }
}

/// <summary>A convolution of the trunk, with batch normalisation after it or without. State names: "conv", "norm".</summary>
internal sealed class InfoGanDown : nn.Module<Tensor, Tensor>
{
    private readonly int stride;
    private readonly Convolution conv;
    private readonly BatchNormalisation? norm;

    public InfoGanDown(int inputs, InfoGanConvolution layer) : base(nameof(InfoGanDown))
    {
        stride = layer.Stride;
        conv = SameConvolution.Create(inputs, layer.Channels, stride);
        norm = layer.IsNormalised ? new BatchNormalisation(layer.Channels) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        Tensor y_NCHW = SameConvolution.Apply(conv, stride, x_NCHW.to(conv.weight.dtype));
        return (norm is null ? y_NCHW : norm.call(y_NCHW)).MoveToOuterDisposeScope();
    }
}

/// <summary>A transposed convolution of the generator, with batch normalisation after it or without. State names: "conv", "norm".</summary>
internal sealed class InfoGanUp : nn.Module<Tensor, Tensor>
{
    private readonly int stride;
    private readonly Convolution conv;
    private readonly BatchNormalisation? norm;

    public InfoGanUp(int inputs, InfoGanConvolution layer) : base(nameof(InfoGanUp))
    {
        stride = layer.Stride;
        conv = SameConvolution.CreateTransposed(inputs, layer.Channels, stride);
        norm = layer.IsNormalised ? new BatchNormalisation(layer.Channels) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        Tensor y_NCHW = SameConvolution.ApplyTransposed(conv, stride, x_NCHW.to(conv.weight.dtype));
        return (norm is null ? y_NCHW : norm.call(y_NCHW)).MoveToOuterDisposeScope();
    }
}
