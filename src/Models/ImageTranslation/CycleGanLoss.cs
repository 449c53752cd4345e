using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>What the generators have lost, each a number before weighting, and the images that they drew.</summary>
/// <param name="AdversarialG">How far D_Y is from taking G(x) for real.</param>
/// <param name="AdversarialF">How far D_X is from taking F(y) for real.</param>
/// <param name="CycleX">Mean difference of F(G(x)) and x.</param>
/// <param name="CycleY">Mean difference of G(F(y)) and y.</param>
/// <param name="IdentityX">Mean difference of F(x) and x; null if not wanted.</param>
/// <param name="IdentityY">Mean difference of G(y) and y; null if not wanted.</param>
/// <param name="FakeX_N3HW">F(y).</param>
/// <param name="FakeY_N3HW">G(x).</param>
public sealed record CycleGanGeneratorLoss(Tensor AdversarialG, Tensor AdversarialF, Tensor CycleX, Tensor CycleY, Tensor? IdentityX, Tensor? IdentityY,
    Tensor FakeX_N3HW, Tensor FakeY_N3HW);

/// <summary>
/// The objective of CycleGAN (Zhu et al., arXiv 1703.10593, section 3 and 4): least squares in place of the logarithms of equation 1 (Mao et al., arXiv
/// 1611.04076), and equation 2.
/// </summary>
public static class CycleGanLoss
{
    /// <summary>The terms of equation 3 that the generators can do something about.</summary>
    /// <param name="generators">Both directions.</param>
    /// <param name="discriminators">Judges, to which gradients flow too: freeze them or forget their gradients.</param>
    /// <param name="x_N3HW">Images of the first domain, -1 to 1.</param>
    /// <param name="y_N3HW">Images of the second domain, -1 to 1.</param>
    /// <param name="withIdentity">Whether F(x) and G(y) are made too (section 5.2, photo generation from paintings).</param>
    public static CycleGanGeneratorLoss OfGenerators(
        CycleGanNetwork generators, CycleGanDiscriminators discriminators, Tensor x_N3HW, Tensor y_N3HW, bool withIdentity)
    {
        CycleGanGenerator g = generators.G, f = generators.F ?? throw new ArgumentException("Expected generators of both directions, got one.", nameof(generators));
        Tensor fakeY = g.call(x_N3HW), fakeX = f.call(y_N3HW);
        return new CycleGanGeneratorLoss(
            Fooling(discriminators.Y.call(fakeY)), Fooling(discriminators.X.call(fakeX)),
            MeanDifference(f.call(fakeY), x_N3HW), MeanDifference(g.call(fakeX), y_N3HW),
            withIdentity ? MeanDifference(f.call(x_N3HW), x_N3HW) : null, withIdentity ? MeanDifference(g.call(y_N3HW), y_N3HW) : null,
            fakeX, fakeY);
    }

    /// <summary>E[(D(fake) - 1)^2]: what a generator minimises.</summary>
    /// <param name="judged">A discriminator's numbers for generated images.</param>
    public static Tensor Fooling(Tensor judged) => (judged - 1).square().mean();

    /// <summary>½ (E[(D(real) - 1)^2] + E[D(fake)^2]): what a discriminator minimises, halved to slow it down (section 4).</summary>
    /// <param name="judgedReal">Its numbers for real images.</param>
    /// <param name="judgedFake">Its numbers for generated ones.</param>
    public static Tensor Discerning(Tensor judgedReal, Tensor judgedFake) => ((judgedReal - 1).square().mean() + judgedFake.square().mean()) / 2;

    /// <summary>The L1 norm of equation 2 as a mean over pixels and channels.</summary>
    public static Tensor MeanDifference(Tensor a_N3HW, Tensor b_N3HW) => (a_N3HW - b_N3HW).abs().mean();
}
