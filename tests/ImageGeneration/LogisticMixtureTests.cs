using MLNetDeepExtensions.ImageGeneration;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class LogisticMixtureTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    /// <summary>Probabilities of all values of grey pixels under one logistic distribution.</summary>
    private static double[] Masses(double mean, double logScale, ScalarType format = ScalarType.Float64)
    {
        var pixels = new LogisticMixturePixels(channels: 1, mixtures: 1);
        Tensor parameters = tensor(new[] { 0, mean, logScale }, format).expand(1, 256, 3);
        return [.. pixels.LogProbability(parameters, arange(256).view(1, 256, 1)).exp().to(ScalarType.Float64).flatten().data<double>()];
    }

    [TestMethod]
    [DataRow(0.0, -2.0)]
    [DataRow(0.9, -1.0)]
    [DataRow(-1.2, -3.0)]
    [DataRow(0.1, -7.0)]
    [DataRow(40.0, -7.0)]
    [DataRow(0.0, 6.0)]
    public void ProbabilitiesSumToOne(double mean, double logScale)
    {
        Assert.AreEqual(1, Masses(mean, logScale).Sum(), 1e-12);
        Assert.AreEqual(1, Masses(mean, logScale, ScalarType.Float32).Sum(), 1e-4);
    }

    [TestMethod]
    public void ProbabilitiesAreThoseOfTheDefinition()
    {
        double[] narrow = Masses(0, -3), wide = Masses(0, -2);
        Assert.AreEqual(0.0393021597, narrow[127], 1e-10);
        Assert.AreEqual(narrow[127], narrow[128], 1e-12);
        Assert.AreEqual(2.047e-9, narrow[0], 1e-12);
        Assert.AreEqual(0.0144842916, wide[127], 1e-10);
        Assert.AreEqual(6.3574e-4, wide[0], 1e-8);
    }

    [TestMethod]
    public void AllPairsOfRedAndGreenSumToOne()
    {
        var pixels = new LogisticMixturePixels(channels: 3, mixtures: 2);
        Tensor parameters_P = Formula.Uniform("pairs", pixels.Parameters).to(ScalarType.Float64);
        Tensor blue = zeros(1, 0, int64);
        double sum = 0;
        for (int red = 0; red < 256; red += 51)
        {
            // The scores of green given red are joint log-probabilities: over all greens they give back red's.
            Tensor reds = log_softmax(pixels.Scores(parameters_P.unsqueeze(0), blue), 1);
            Tensor greens = pixels.Scores(parameters_P.unsqueeze(0), tensor(new long[] { red }).view(1, 1)).logsumexp(1);
            Tensor all = pixels.Scores(parameters_P.unsqueeze(0), blue).logsumexp(1);
            Assert.AreEqual(reds[0, red].item<double>(), (greens - all).item<double>(), 1e-10);
            sum += reds[0, red].exp().item<double>();
        }
        Assert.IsGreaterThan(0, sum);
    }

    [TestMethod]
    public void TheChannelsOneByOneGiveTheJointProbability()
    {
        var pixels = new LogisticMixturePixels(channels: 3, mixtures: 4);
        Tensor parameters_NP = (Formula.Uniform("chain", 5, pixels.Parameters) * 2).to(ScalarType.Float64);
        Tensor values_N3 = ((Formula.Uniform("chain.values", 5, 3) + 1) * 128).to(int64);
        Tensor sum = zeros(5, ScalarType.Float64);
        for (int channel = 0; channel < 3; channel++)
            sum += log_softmax(pixels.Scores(parameters_NP, values_N3[.., ..channel]), 1).gather(1, values_N3[.., channel..(channel + 1)]).squeeze(1);
        Tensor joint = pixels.LogProbability(parameters_NP.unsqueeze(1), values_N3.unsqueeze(1)).squeeze(1);
        TensorGolden.AreClose(joint.Values(), sum.Values(), 1e-5);
    }

    /// <summary>The published code takes the density where a probability is below 1e-5; in this range both are nearly alike.</summary>
    [TestMethod]
    public void ProbabilitiesAreThoseOfThePublishedCode()
    {
        var golden = TensorGolden.Read("image-transformer/mixture.json");
        var pixels = new LogisticMixturePixels(channels: 3, mixtures: 4);
        Tensor parameters = Formula.Uniform("mixture.parameters", 2, 12, 40) * 3;
        Tensor values = tensor(golden.GetProperty("targets").Longs()).view(2, 12, 3);
        TensorGolden.AreClose(golden.GetProperty("log_probability").Floats(), pixels.LogProbability(parameters, values).Values(), 2e-3);
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(128L)]
    [DataRow(255L)]
    public void GradientsAreFiniteHoweverWrongTheMeans(long value)
    {
        foreach (double mean in new[] { -100.0, -1, 0, 1, 100 })
            foreach (double logScale in new[] { -30.0, -7, 0, 20 })
            {
                Tensor parameters = tensor(new[] { 0, mean, logScale }, ScalarType.Float32).view(1, 1, 3).requires_grad_();
                Tensor logProbability = new LogisticMixturePixels(1, 1).LogProbability(parameters, full([1, 1, 1], value, int64));
                logProbability.sum().backward();
                Assert.IsTrue(isfinite(logProbability).all().item<bool>() && isfinite(parameters.grad!).all().item<bool>(), $"mean {mean}, log-scale {logScale}");
            }
    }

    private static Tensor log_softmax(Tensor x, long dimension) => nn.functional.log_softmax(x, dimension);
}
