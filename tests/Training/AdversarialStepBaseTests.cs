using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

/// <summary>What systems with a generator and a discriminator get from the shared step.</summary>
[TestClass]
public sealed class AdversarialStepBaseTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void AnUpdateChangesTheParametersOfItsOptimiserAlone()
    {
        using var duel = new Duel("critic");
        (string generator, string critic) = duel.Hashes;
        duel.Step([duel.Batch], Duel.Rates(1, 1));
        Assert.AreEqual(generator, duel.Hashes.Generator);
        Assert.AreNotEqual(critic, duel.Hashes.Critic);
        Assert.IsTrue(duel.Networks.Values.SelectMany(network => network.parameters()).All(parameter => parameter.requires_grad), "Freezing ends with the update.");
    }

    [TestMethod]
    public void EachOptimiserHasItsOwnRate()
    {
        using var duel = new Duel("generator", "critic");
        (string generator, string critic) = duel.Hashes;
        duel.Step([duel.Batch], Duel.Rates(generator: 0, critic: 1));
        Assert.AreEqual(generator, duel.Hashes.Generator);
        Assert.AreNotEqual(critic, duel.Hashes.Critic);
    }

    [TestMethod]
    public void OnlyTheNamedNetworksAreAveraged()
    {
        using var duel = new Duel("generator");
        CollectionAssert.AreEqual(new[] { "generator" }, ((ITrainingStep<Tensor>)duel).Averaged.Keys.ToArray());
        CollectionAssert.AreEquivalent(new[] { "generator", "critic" }, duel.Networks.Keys.ToArray());
    }

    [TestMethod]
    public void MicroBatchesCountAsOneBatch()
    {
        using var whole = new Duel("critic");
        using var parts = new Duel("critic");
        whole.Step([whole.Batch], Duel.Rates(1, 1));
        parts.Step([whole.Batch[..2], whole.Batch[2..]], Duel.Rates(1, 1));
        Assert.IsTrue(whole.Critic.weight.allclose(parts.Critic.weight, atol: 1e-6));
    }

    [TestMethod]
    public void ALossThatIsNoNumberStopsBeforeTheUpdate()
    {
        using var duel = new Duel("critic");
        string before = duel.Hashes.Critic;
        Assert.AreEqual("critic", Assert.ThrowsExactly<NonFiniteLossException>(() => duel.Step([duel.Batch * float.NaN], Duel.Rates(1, 1))).Term);
        Assert.AreEqual(before, duel.Hashes.Critic);
    }

    private sealed class Duel : AdversarialStep<Tensor>
    {
        private readonly string[] updates;
        private readonly Linear generator;

        public Duel(params string[] updates) : this(updates, Seeded(() => nn.Linear(2, 4)), Seeded(() => nn.Linear(4, 1)))
        {
        }

        private Duel(string[] updates, Linear generator, Linear critic) : base(
            new Dictionary<string, nn.Module> { ["generator"] = generator, ["critic"] = critic }, ["generator"],
            new Dictionary<string, OptimizerHelper> { ["generator"] = optim.SGD(generator.parameters(), 0.1), ["critic"] = optim.SGD(critic.parameters(), 0.1) }, []) =>
            (this.updates, this.generator, Critic) = (updates, generator, critic);

        public Linear Critic { get; }

        public Tensor Batch { get; } = Formula.Uniform("batch", 4, 4);

        public (string Generator, string Critic) Hashes => (Loop.Hash(generator), Loop.Hash(Critic));

        public static Rates Rates(double generator, double critic) =>
            new(new Dictionary<string, double> { ["generator"] = generator, ["critic"] = critic }, ClipNorm: 0);

        private protected override LossTerms Play(IReadOnlyList<Tensor> microBatches, Rates rates) => new([.. updates.SelectMany(name => Update(name, microBatches, batch =>
            [new LossTensor(name, Critic.call(batch).mean() - Critic.call(generator.call(ones(1, 2))).mean())], rates).Terms)]);

        private static Linear Seeded(Func<Linear> create)
        {
            manual_seed(1);
            return create();
        }

        public override void Dispose()
        {
            base.Dispose();
            generator.Dispose();
            Critic.Dispose();
        }
    }
}
