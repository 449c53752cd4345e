using MLNetDeepExtensions.ImageGeneration;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

/// <summary>The bound on mutual information and the game, in numbers worked out by hand.</summary>
[TestClass]
public sealed class InfoGanLossTests
{
    private static readonly InfoGanNetworkOptions Digits = new() { ContinuousCodes = 0 };
    private static readonly InfoGanNetworkOptions Angle = new() { CategoricalCodes = [], ContinuousCodes = 1 };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void KnowingEveryCategoryIsTheEntropyOfTheCode()
    {
        Tensor categories_N = arange(10);
        Assert.AreEqual(Math.Log(10), Categorical(Digits, nn.functional.one_hot(categories_N, 10).to(ScalarType.Float32) * 100, categories_N.unsqueeze(1)), 1e-5);
    }

    [TestMethod]
    public void KnowingNothingIsNothing() => Assert.AreEqual(0, Categorical(Digits, zeros(10, 10), arange(10).unsqueeze(1)), 1e-5);

    [TestMethod]
    public void TwoImagesByHand()
    {
        Tensor first_V = full([10], 0.1 / 9), second_V = full([10], 0.2 / 8);
        first_V[0] = 0.9;
        second_V[TensorIndex.Slice(0, 2)] = tensor(new[] { 0.5f, 0.3f });
        Assert.AreEqual(1.6479, Categorical(Digits, stack([first_V, second_V]).log(), tensor(new long[] { 0, 1 }, [2, 1])), 1e-4);
    }

    [TestMethod]
    public void EveryCodeHasItsOwnSoftmaxAndAddsItsEntropy()
    {
        InfoGanNetworkOptions two = Digits with { CategoricalCodes = [10, 4] };
        Tensor categories_NK = tensor(new long[] { 3, 1, 7, 2 }, [2, 2]);
        Tensor known = cat([nn.functional.one_hot(categories_NK.select(1, 0), 10), nn.functional.one_hot(categories_NK.select(1, 1), 4) * 5], dim: 1).to(ScalarType.Float32) * 100;
        Assert.AreEqual(Math.Log(10) + Math.Log(4), Categorical(two, known, categories_NK), 1e-5);
    }

    /// <summary>The value of a Gaussian reader of a uniform code: log 2 less the mean surprise.</summary>
    [TestMethod]
    [DataRow(0, 0.57735f, -0.1765)]
    [DataRow(0.3f, 0.3f, 0.4782)]
    [DataRow(0.1f, 0.1f, 1.5768)]
    public void AContinuousCodeIsReadByANormalDistribution(float error, float deviation, double expected)
    {
        // Either the reader says 0 of all values, or it errs by a fixed amount.
        Tensor values_N1 = error == 0 ? linspace(-1, 1, 100_001).unsqueeze(1) : zeros(4, 1);
        Tensor mean_N1 = error == 0 ? zeros_like(values_N1) : full([4, 1], error);
        Assert.AreEqual(expected, Continuous(Angle, cat([mean_N1, full_like(mean_N1, MathF.Log(deviation))], dim: 1), values_N1), 1e-3);
    }

    [TestMethod]
    public void AFixedDeviationOfOneIsHalfTheSquaredError()
    {
        Tensor values_N1 = tensor(new[] { -1f, 0.5f }, [2, 1]), means_N1 = tensor(new[] { -0.5f, 0.5f }, [2, 1]);
        Assert.AreEqual(Math.Log(2) - Math.Log(2 * Math.PI) / 2 - 0.125 / 2, Continuous(Angle with { LearnsDeviation = false }, means_N1, values_N1), 1e-5);
    }

    [TestMethod]
    public void ADiscriminatorThatCannotTellLosesTwoLogTwo()
    {
        Tensor undecided_N = zeros(4);
        Assert.AreEqual(2 * Math.Log(2), InfoGanLoss.Discriminator(undecided_N, undecided_N).item<float>(), 1e-6);
        Assert.AreEqual(Math.Log(2), InfoGanLoss.Generator(undecided_N).item<float>(), 1e-6);
        Assert.AreEqual(0, InfoGanLoss.Discriminator(full([4], 50f), full([4], -50f)).item<float>(), 1e-6);
        Assert.AreEqual(50, InfoGanLoss.Generator(full([4], -50f)).item<float>(), 1e-4);
    }

    private static double Categorical(InfoGanNetworkOptions options, Tensor codes_NP, Tensor categories_NK) =>
        InfoGanLoss.CategoricalInformation(options, codes_NP, new InfoGanInputs(empty(0), categories_NK, empty(0)))!.item<float>();

    private static double Continuous(InfoGanNetworkOptions options, Tensor codes_NP, Tensor values_NC) =>
        InfoGanLoss.ContinuousInformation(options, codes_NP, new InfoGanInputs(empty(0), empty(0), values_NC))!.item<float>();
}
