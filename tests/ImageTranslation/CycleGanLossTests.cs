using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageTranslation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

[TestClass]
public sealed class CycleGanLossTests
{
    private static readonly CycleGanNetworkOptions Small = new() { ResidualBlocks = 1, GeneratorWidth = 4, DiscriminatorWidth = 4, DiscriminatorLayers = 2 };
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void WorkedExamples()
    {
        Tensor real = tensor([.9f, 1.2f, .7f, 1f]), fake = tensor([.1f, -.2f, .4f, .3f]);
        Assert.AreEqual(0.0550, CycleGanLoss.Discerning(real, fake).item<float>(), 1e-6);
        Assert.AreEqual(0.7750, CycleGanLoss.Fooling(fake).item<float>(), 1e-6);
        Assert.AreEqual(0.1, CycleGanLoss.MeanDifference(tensor([-1f, -.5f, 0, .5f]), tensor([-.9f, -.5f, .2f, .4f])).item<float>(), 1e-6);
    }

    /// <summary>D_Y must judge what G draws: with the two exchanged, training would cheat the wrong domain.</summary>
    [TestMethod]
    public void AllTermsAndGradientsAreThoseOfAPyTorchTranscription()
    {
        using CycleGanNetwork generators = Fill(new CycleGanNetwork(Small));
        using CycleGanDiscriminators judges = Fill(new CycleGanDiscriminators(Small));
        Tensor x = Formula.Uniform("x", 2, 3, 24, 24), y = Formula.Uniform("y", 2, 3, 24, 24);

        CycleGanGeneratorLoss loss = CycleGanLoss.OfGenerators(generators, judges, x, y, withIdentity: true);
        (loss.AdversarialG + loss.AdversarialF + 10 * (loss.CycleX + loss.CycleY) + 5 * (loss.IdentityX! + loss.IdentityY!)).backward();
        AssertTerm("adversarialG", loss.AdversarialG);
        AssertTerm("adversarialF", loss.AdversarialF);
        AssertTerm("cycleX", loss.CycleX);
        AssertTerm("cycleY", loss.CycleY);
        AssertTerm("identityX", loss.IdentityX!);
        AssertTerm("identityY", loss.IdentityY!);
        AssertGradient("gradientG", generators.G);
        AssertGradient("gradientF", generators.F!);

        judges.zero_grad();
        Tensor judgedX = CycleGanLoss.Discerning(judges.X.call(x), judges.X.call(loss.FakeX_N3HW.detach()));
        Tensor judgedY = CycleGanLoss.Discerning(judges.Y.call(y), judges.Y.call(loss.FakeY_N3HW.detach()));
        (judgedX + judgedY).backward();
        AssertTerm("discriminatorX", judgedX);
        AssertTerm("discriminatorY", judgedY);
        AssertGradient("gradientX", judges.X);
        AssertGradient("gradientY", judges.Y);
    }

    [TestMethod]
    public void WithoutIdentityThereAreNoSuchTerms()
    {
        using var generators = new CycleGanNetwork(Small);
        using var judges = new CycleGanDiscriminators(Small);
        CycleGanGeneratorLoss loss = CycleGanLoss.OfGenerators(generators, judges, rand(1, 3, 24, 24), rand(1, 3, 24, 24), withIdentity: false);
        Assert.IsNull(loss.IdentityX);
        Assert.IsNull(loss.IdentityY);
    }

    private static T Fill<T>(T module) where T : nn.Module
    {
        Formula.Fill(module);
        return module;
    }

    private static void AssertTerm(string name, Tensor term)
    {
        double expected = Golden(name);
        Assert.AreEqual(expected, term.item<float>(), 1e-4 * expected, name);
    }

    private static void AssertGradient(string name, nn.Module module)
    {
        double expected = Golden(name);
        double actual = module.parameters().Sum(parameter => parameter.grad is { } gradient ? gradient.abs().sum().item<float>() : 0.0);
        Assert.AreEqual(expected, actual, 1e-3 * expected, name);
    }

    private static double Golden(string name) => TensorGolden.Read("cyclegan/networks.json").GetProperty("losses").GetProperty(name).GetDouble();
}
