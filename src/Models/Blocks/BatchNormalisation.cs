using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Batch normalisation of images (Ioffe and Szegedy, arXiv 1502.03167) that can be folded into the convolution before
/// it.</summary>
/// <remarks>State names are those of PyTorch: weight, bias, running_mean, running_var, num_batches_tracked.</remarks>
public sealed class BatchNormalisation(int channels, double eps = 1e-5, double momentum = 0.1)
    : BatchNorm(channels, eps, momentum, affine: true, track_running_stats: true, device: null, dtype: null, nameof(BatchNormalisation)),
      IFoldableNormalisation
{
    /// <inheritdoc/>
    public bool IsFolded { get; private set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (!IsFolded)
        {
            EnsureVariance(input);
            using var scope = NewDisposeScope();
            return base.forward(input).MoveToOuterDisposeScope();
        }
        if (training)
            throw new InvalidOperationException(
                "Expected a network that can train, got one whose batch normalisation was folded for inference.");
        return input.alias();
    }

    // libtorch divides by zero here, and the running variance is lost for good.
    private void EnsureVariance(Tensor input)
    {
        if (training && input.NumberOfElements == input.shape[1])
            throw new InvalidOperationException($"Batch normalisation cannot learn from one value per channel, got [{string.Join(", ", input.shape)}]: "
                + "give it batches of at least two rows, or larger images.");
    }

    /// <inheritdoc/>
    public (Tensor Scale_C, Tensor Shift_C) ScaleAndShift()
    {
        using var scope = NewDisposeScope();
        var scale_C = weight * (running_var! + eps).rsqrt();
        return scope.MoveToOuter(scale_C, bias! - running_mean! * scale_C);
    }

    /// <inheritdoc/>
    public void MarkFolded() => IsFolded = true;

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.ndim != 4)
            throw new ArgumentException($"input: expected [N, C, H, W], got {input.ndim} dimensions.", nameof(input));
    }
}
