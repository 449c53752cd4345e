using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>
/// A layer whose weight is divided by its largest singular value, as found by power iteration with stored vectors (Miyato et al., Spectral Normalization for
/// Generative Adversarial Networks, arXiv 1802.05957, algorithm 1). The weight is looked at as the matrix [outputs, everything else].
/// </summary>
/// <remarks>
/// State names are those of PyTorch's <c>spectral_norm</c>: weight_orig, weight_u, weight_v. The vectors move by one iteration with every forward pass in
/// training mode and rest in evaluation mode; gradients take them for constants and flow through the division. In evaluation the vectors are taken at
/// length 1, since an average of weights holds averages of vectors, which are shorter.
/// </remarks>
public abstract class SpectralLayer : nn.Module<Tensor, Tensor>
{
    private const double SmallestLength = 1e-12;
    private const string WeightName = "weight_orig", BiasName = "bias", LeftName = "weight_u", RightName = "weight_v";

    /// <param name="name">Of the class.</param>
    /// <param name="shape">Of the weight; outputs first.</param>
    /// <param name="isBiased">Whether the layer has a bias, which is not normalised.</param>
    private protected SpectralLayer(string name, long[] shape, bool isBiased) : base(name)
    {
        using var scope = NewDisposeScope();
        register_parameter(WeightName, Kept(new Parameter(Kept(nn.init.xavier_uniform_(empty(shape))))));
        if (isBiased)
            register_parameter(BiasName, Kept(new Parameter(Kept(zeros(shape[0])))));
        register_buffer(LeftName, Kept(Normalised(randn(shape[0]))));
        register_buffer(RightName, Kept(zeros(shape.Skip(1).Aggregate(1L, (a, b) => a * b))));
        Iterate();
    }

    /// <summary>True once the stored weight is the effective one.</summary>
    public bool IsFolded { get; private set; }

    /// <summary>The number format in which the layer computes; the weight and its singular value stay in their own.</summary>
    public ScalarType? ComputeFormat { get; set; }

    // Asked for by name: what moves a module to another device or format replaces its tensors.
    private Parameter Weight => get_parameter(WeightName)!;

    private Parameter? Bias => get_parameter(BiasName);

    private Tensor Left => get_buffer(LeftName)!;

    private Tensor Right => get_buffer(RightName)!;

    /// <summary>The largest singular value as the stored vectors have it, without dimensions.</summary>
    public Tensor SingularValue()
    {
        using var scope = NewDisposeScope();
        // Copies, since the next forward pass of training changes the vectors before this one's gradients are asked for.
        Tensor left = training ? Left.clone() : Normalised(Left), right = training ? Right.clone() : Normalised(Right);
        return left.dot(Weight.flatten(1).mv(right)).MoveToOuterDisposeScope();
    }

    /// <summary>The weight divided by its largest singular value; in training mode after one more power iteration. Of a folded layer: arranged as
    /// the layer computes with it.</summary>
    public Tensor EffectiveWeight()
    {
        using var scope = NewDisposeScope();
        if (IsFolded)
        {
            return !training ? Weight.alias().MoveToOuterDisposeScope() : throw new InvalidOperationException(
                "Expected a network that can train, got one whose spectral normalisation was folded for inference.");
        }
        if (training)
            Iterate();
        return (Weight / SingularValue()).MoveToOuterDisposeScope();
    }

    /// <summary>Makes the effective weight the stored one, for good, arranged as the layer computes with it.</summary>
    internal void Fold()
    {
        if (IsFolded)
            return;
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Weight.set_(Arranged(Weight / SingularValue()));
        IsFolded = true;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor effective = EffectiveWeight(), weight = IsFolded ? effective : Arranged(effective);
        ScalarType format = ComputeFormat ?? weight.dtype;
        return Apply(input.is_floating_point() ? input.to(format) : input, weight.to(format), Bias?.to(format)).MoveToOuterDisposeScope();
    }

    /// <summary>The effective weight as <see cref="Apply"/> takes it.</summary>
    private protected virtual Tensor Arranged(Tensor weight) => weight;

    /// <summary>The layer's result, given its arranged weight.</summary>
    private protected abstract Tensor Apply(Tensor input, Tensor weight, Tensor? bias);

    private void Iterate()
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor matrix = Weight.flatten(1), left = Left, right = Right;
        right.copy_(Normalised(matrix.t().mv(left)));
        left.copy_(Normalised(matrix.mv(right)));
    }

    private static T Kept<T>(T tensor) where T : Tensor
    {
        tensor.DetachFromDisposeScope();
        return tensor;
    }

    private static Tensor Normalised(Tensor vector) => nn.functional.normalize(vector, dim: 0, eps: SmallestLength);
}
