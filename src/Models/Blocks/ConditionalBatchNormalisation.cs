using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>
/// Batch normalisation with one factor and summand for each class and channel (Dumoulin et al., A Learned Representation For Artistic Style, arXiv
/// 1610.07629, equation 5); mean and variance are those of all images, whatever their class. With one class: ordinary batch normalisation.
/// </summary>
/// <remarks>State: weight and bias [classes, C], running_mean and running_var [C].</remarks>
public sealed class ConditionalBatchNormalisation : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Parameter weight, bias;
    private readonly Tensor running_mean, running_var;
    private readonly double eps;

    /// <param name="classes">At least 1.</param>
    /// <param name="channels">Of the map.</param>
    /// <param name="eps">Added to the variance.</param>
    public ConditionalBatchNormalisation(int classes, int channels, double eps = 1e-5) : base(nameof(ConditionalBatchNormalisation))
    {
        this.eps = eps;
        weight = new Parameter(ones(classes, channels));
        bias = new Parameter(zeros(classes, channels));
        (running_mean, running_var) = (zeros(channels), ones(channels));
        foreach (Tensor kept in new[] { weight, bias, running_mean, running_var })
            kept.DetachFromDisposeScope();
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        register_buffer(nameof(running_mean), running_mean);
        register_buffer(nameof(running_var), running_var);
    }

    /// <summary>Part of the running statistics that every batch of training replaces. 0 to 1.</summary>
    public double Momentum { get; set; } = 0.1;

    /// <summary>The normalised map [N, C, H, W].</summary>
    /// <param name="x_NCHW">Any number format.</param>
    /// <param name="classes_N">Int64, from 0.</param>
    public override Tensor forward(Tensor x_NCHW, Tensor classes_N)
    {
        using var scope = NewDisposeScope();
        Tensor scale_NC = weight.to(ScalarType.Float32)[classes_N], shift_NC = bias.to(ScalarType.Float32)[classes_N];
        Tensor normal_NCHW = x_NCHW;
        if (training)
        {
            normal_NCHW = nn.functional.batch_norm(x_NCHW, running_mean, running_var, training: true, momentum: Momentum, eps: eps);
        }
        else
        {
            var factor_C = (running_var.to(ScalarType.Float32) + eps).rsqrt();
            (scale_NC, shift_NC) = (scale_NC * factor_C, shift_NC - scale_NC * factor_C * running_mean.to(ScalarType.Float32));
        }
        // Not addcmul, whose result has strides that convolutions of libtorch 2.10 misread.
        return (normal_NCHW * Spread(scale_NC, x_NCHW)).add_(Spread(shift_NC, x_NCHW)).MoveToOuterDisposeScope();
    }

    private static Tensor Spread(Tensor values_NC, Tensor x_NCHW) => values_NC.to(x_NCHW.dtype).unsqueeze(-1).unsqueeze(-1);
}
