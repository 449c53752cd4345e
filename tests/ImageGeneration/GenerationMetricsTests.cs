using MLNetDeepExtensions.ImageGeneration.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class GenerationMetricsTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void TheFrechetDistanceOfGaussiansIsAsWorkedByHand()
    {
        double oneDimension = FrechetDistance.Between(
            tensor(new double[] { 0 }), tensor(new double[,] { { 1 } }), tensor(new double[] { 1 }), tensor(new double[,] { { 4 } }));
        Assert.AreEqual(2.0, oneDimension, 1e-12);
        double twoDimensions = FrechetDistance.Between(
            tensor(new double[] { 1, -1 }), tensor(new double[,] { { 2, 1 }, { 1, 2 } }),
            tensor(new double[] { 0, 0 }), tensor(new double[,] { { 3, 0 }, { 0, 1 } }));
        Assert.AreEqual(2.516685, twoDimensions, 1e-6);
    }

    [TestMethod]
    public void TheFrechetDistanceOfSamplesHasTheUnbiasedCovariance()
    {
        Tensor x = tensor(new float[,] { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } });
        Assert.AreEqual(5.166667, FrechetDistance.Between(x, x * 2 + 1), 1e-6);
        Assert.AreEqual(0, FrechetDistance.Between(x, x), 1e-9);
    }

    /// <summary>With the mean far from 0, sums of squares in 32 bits would lose the covariance.</summary>
    [TestMethod]
    public void TheFrechetDistanceKeepsItsDigitsFarFromZero()
    {
        Tensor x_ND = Formula.Uniform("features", 64, 16), y_ND = Formula.Uniform("others", 64, 16);
        double near = FrechetDistance.Between(x_ND.to(ScalarType.Float64), y_ND.to(ScalarType.Float64));
        double far = FrechetDistance.Between(x_ND.to(ScalarType.Float64) + 1e6, y_ND.to(ScalarType.Float64) + 1e6);
        Assert.AreEqual(near, far, 1e-6);
        Assert.AreEqual(near, FrechetDistance.Between(y_ND, x_ND), 1e-6);
    }

    /// <summary>E[FID] of two sets of N samples of one standard Gaussian in 64 dimensions is about 2208 / N.</summary>
    [TestMethod]
    public void TheFrechetDistanceOfFewSamplesIsBiasedUpwards()
    {
        random.manual_seed(1);
        Assert.AreEqual(4.35, FrechetDistance.Between(randn(512, 64), randn(512, 64)), 0.4);
        Assert.AreEqual(1.088, FrechetDistance.Between(randn(2048, 64), randn(2048, 64)), 0.1);
    }

    /// <summary>Fewer rows than features: the covariance has no full rank, and a general matrix root would fail.</summary>
    [TestMethod]
    public void TheFrechetDistanceBearsFewerSamplesThanFeatures()
    {
        Tensor few_ND = Formula.Uniform("few", 5, 32), others_ND = Formula.Uniform("others", 7, 32);
        Assert.IsTrue(FrechetDistance.Between(few_ND, others_ND) is > 1 and < 100);
        Assert.AreEqual(0, FrechetDistance.Between(few_ND, few_ND), 1e-6);
    }

    [TestMethod]
    public void TheKernelDistanceIsUnbiased()
    {
        Tensor x = tensor(new float[,] { { 1, 0 }, { 0, 1 }, { 1, 1 } }), y = tensor(new float[,] { { 2, 0 }, { 1, 1 }, { 0, 2 } });
        KernelDistance distance = KernelDistance.Between(x, y);
        Assert.AreEqual(-2.583333, distance.Mean, 1e-6);
        Assert.AreEqual((0.0, 1, 3), (distance.StandardDeviation, distance.Subsets, distance.SubsetSize));
        Assert.AreEqual(-1.555556, KernelDistance.Between(x, x).Mean, 1e-6);
    }

    [TestMethod]
    public void TheKernelDistanceOfSubsetsIsThatOfAllOnAverage()
    {
        Tensor x = Formula.Uniform("x", 300, 4), y = Formula.Uniform("y", 200, 4) * 1.5;
        double all = KernelDistance.Between(x[..200], y, subsets: 1, subsetSize: 200).Mean;
        KernelDistance parts = KernelDistance.Between(x, y, subsets: 200, subsetSize: 60);
        Assert.AreEqual((200, 60), (parts.Subsets, parts.SubsetSize));
        Assert.IsTrue(all > 0.1 && parts.StandardDeviation > 0.01, $"{all}, {parts}");
        Assert.AreEqual(all, parts.Mean, 0.1 * all);
        Assert.AreEqual(parts, KernelDistance.Between(x, y, subsets: 200, subsetSize: 60));
    }

    [TestMethod]
    public void TheInceptionScoreIsAsWorkedByHand()
    {
        const float Third = 1f / 3;
        Tensor p = tensor(new float[,] { { .9f, .05f, .05f }, { .05f, .9f, .05f }, { .05f, .05f, .9f }, { Third, Third, Third } });
        Assert.AreEqual(1.695811, InceptionScore.Of(p).Mean, 1e-5);
        InceptionScore halves = InceptionScore.Of(p, splits: 2);
        Assert.AreEqual(1.395638, halves.Mean, 1e-5);
        Assert.AreEqual(0.192572, halves.StandardDeviation, 1e-5);
        Assert.AreEqual(3.0, InceptionScore.Of(eye(3)).Mean, 1e-12);
        Assert.AreEqual(1.0, InceptionScore.Of(p[..1].expand(5, 3)).Mean, 1e-12);
    }

    [TestMethod]
    public void FeaturesThatCannotBeComparedAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => FrechetDistance.Between(zeros(1, 3), zeros(4, 3)));
        Assert.ThrowsExactly<ArgumentException>(() => FrechetDistance.Between(zeros(4, 2), zeros(4, 3)));
        Assert.ThrowsExactly<ArgumentException>(() => KernelDistance.Between(zeros(4, 3), full(4, 3, float.NaN)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => InceptionScore.Of(eye(3), splits: 4));
    }
}
