using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

/// <summary>Generator against critic, in the smallest form that has everything: two rates, noise, and a pool of earlier fakes.</summary>
internal sealed class AdversarialStep(Sequential generator, Sequential critic) : ITrainingStep<RowBatch>
{
    private readonly Adam generating = optim.Adam(generator.parameters(), 0.01, 0.5);
    private readonly RMSProp judging = optim.RMSProp(critic.parameters(), 0.02);
    private Tensor pool_44 = zeros(4, 4).DetachFromDisposeScope();
    private long poolAge;

    public IReadOnlyDictionary<string, nn.Module> Networks { get; } = new Dictionary<string, nn.Module> { ["generator"] = generator, ["critic"] = critic };

    public IReadOnlyDictionary<string, OptimizerHelper> Optimisers =>
        new Dictionary<string, OptimizerHelper> { ["generator"] = generating, ["critic"] = judging };

    public static string Train(LoopOptions options, int seed = 5)
    {
        using var random = new GlobalRandomState(seed);
        using Sequential generator = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 4)), critic = Loop.Network(dropout: 0.2);
        var schedules = new Dictionary<string, LearningRateSchedule>
        {
            ["generator"] = new LearningRateSchedule.LinearDecay(), ["critic"] = new LearningRateSchedule.Cosine(),
        };
        Loop.Train(options, null, new TrainingPhase<RowBatch>("duel", 3, new RowFeed(12, 4), () => new AdversarialStep(generator, critic), schedules));
        return Loop.Hash(generator, critic);
    }

    public LossTerms Step(IReadOnlyList<RowBatch> microBatches, Rates rates)
    {
        rates.Apply("generator", generating);
        rates.Apply("critic", judging);
        Tensor real_N4 = microBatches[0].Inputs_N4;
        Tensor fake_N4 = generator.call(randn(real_N4.shape[0], 2));
        Tensor judged = Update(judging, critic.call(pool_44).mean() - critic.call(real_N4).mean());
        Tensor fooled = Update(generating, -critic.call(fake_N4).mean());
        using (no_grad())
            pool_44.copy_(fake_N4);
        poolAge++;
        return new LossTerms([new LossTerm("critic", judged.item<float>() + poolAge), new LossTerm("generator", fooled.item<float>())]);
    }

    public void Save(StateWriter writer)
    {
        writer.Write("pool", pool_44);
        writer.Write("age", poolAge);
    }

    public void Load(StateReader reader)
    {
        reader.ReadInto("pool", pool_44);
        poolAge = reader.ReadCount("age");
    }

    public void Dispose()
    {
        generating.Dispose();
        judging.Dispose();
        pool_44.Dispose();
    }

    private static Tensor Update(OptimizerHelper optimiser, Tensor loss)
    {
        optimiser.zero_grad();
        loss.backward();
        optimiser.step();
        return loss;
    }
}
