using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The hinge form of the adversarial loss (Lim and Ye, Geometric GAN, arXiv 1705.02894; Self-Attention GAN, equation 4).</summary>
public static class HingeLoss
{
    /// <summary>Mean of max(0, 1 - real) plus mean of max(0, 1 + generated): real images are to lie above 1, generated ones below -1.</summary>
    /// <param name="real_N">What the discriminator says of real images.</param>
    /// <param name="generated_N">What it says of generated ones.</param>
    /// <returns>Without dimensions.</returns>
    public static Tensor OfDiscriminator(Tensor real_N, Tensor generated_N)
    {
        using var scope = NewDisposeScope();
        return (nn.functional.relu(1 - real_N).mean() + nn.functional.relu(1 + generated_N).mean()).MoveToOuterDisposeScope();
    }

    /// <summary>Minus the mean of what the discriminator says of generated images; no hinge.</summary>
    /// <param name="generated_N">What the discriminator says of generated images.</param>
    /// <returns>Without dimensions.</returns>
    public static Tensor OfGenerator(Tensor generated_N)
    {
        using var scope = NewDisposeScope();
        return (-generated_N.mean()).MoveToOuterDisposeScope();
    }
}
