using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Batch normalisation with fixed statistics and factors: <c>x * weight / sqrt(running_var + eps) + ...</c> in training as in
/// evaluation.</summary>
/// <remarks>All four tensors are buffers, named as in torchvision's FrozenBatchNorm2d: no gradient, no num_batches_tracked.</remarks>
public sealed class FrozenBatchNormalisation : nn.Module<Tensor, Tensor>, IFoldableNormalisation
{
    /// <summary>The identity, to be filled from a trained network.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="eps">Added to the variance.</param>
    public FrozenBatchNormalisation(int channels, double eps = 1e-5) : base(nameof(FrozenBatchNormalisation))
    {
        Epsilon = eps;
        register_buffer("weight", ones(channels).DetachFromDisposeScope());
        register_buffer("bias", zeros(channels).DetachFromDisposeScope());
        register_buffer("running_mean", zeros(channels).DetachFromDisposeScope());
        register_buffer("running_var", ones(channels).DetachFromDisposeScope());
    }

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; set; }

    /// <inheritdoc/>
    public bool IsFolded { get; private set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (IsFolded)
            return input.alias();
        using var scope = NewDisposeScope();
        var (scale_C, shift_C) = ScaleAndShift();
        var output = (input * scale_C.view(1, -1, 1, 1)).add_(shift_C.view(1, -1, 1, 1));
        return output.to(input.dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Scale_C, Tensor Shift_C) ScaleAndShift()
    {
        using var scope = NewDisposeScope();
        var scale_C = get_buffer("weight")! * (get_buffer("running_var")! + Epsilon).rsqrt();
        return scope.MoveToOuter(scale_C, get_buffer("bias")! - get_buffer("running_mean")! * scale_C);
    }

    /// <inheritdoc/>
    public void MarkFolded() => IsFolded = true;
}
