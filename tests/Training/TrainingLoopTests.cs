using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class TrainingLoopTests
{
    [TestMethod]
    public void PhasesRunInOrderWithTheirOwnStepsAndFreshOrders()
    {
        using Sequential network = Loop.Network();
        var feed = new RowFeed(12, 4);
        var begun = new List<string>();

        TrainingHistory history = Loop.Train(new LoopOptions(), null, Phase("heads", 2), Phase("all", 3));

        CollectionAssert.AreEqual(new[] { "heads", "all" }, begun);
        CollectionAssert.AreEqual(
            new[] { ("heads", 1, 3L), ("heads", 2, 6L), ("all", 1, 9L), ("all", 2, 12L), ("all", 3, 15L) },
            history.Epochs.Select(epoch => (epoch.Phase, epoch.Epoch, epoch.Step)).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, feed.Epochs);
        Assert.AreEqual(TrainingEnd.Completed, history.End);

        TrainingPhase<RowBatch> Phase(string name, int epochs) => Loop.Phase(name, epochs, feed, () =>
        {
            begun.Add(name);
            return Loop.Step(network, Sgd(network));
        });
    }

    [TestMethod]
    public void AccumulationOfThreeEqualsABatchThreeTimesAsLarge()
    {
        float[] small = Train(batchSize: 4, accumulation: 3), large = Train(batchSize: 12, accumulation: 1);

        for (int i = 0; i < small.Length; i++)
            Assert.AreEqual(large[i], small[i], 1e-6f);

        static float[] Train(int batchSize, int accumulation)
        {
            using Sequential network = Loop.Network();
            TrainingHistory history = Loop.Train(new LoopOptions { AccumulationSteps = accumulation }, null,
                Loop.Phase("p", 3, new RowFeed(24, batchSize), () => Loop.Step(network, Sgd(network))));
            Assert.AreEqual(6, history.Epochs[^1].Step);
            return Loop.Values(network);
        }
    }

    [TestMethod]
    public void ClippingLimitsTheLengthOfAnUpdate()
    {
        using Sequential network = Loop.Network();
        float[] before = Loop.Values(network);

        Loop.Train(new LoopOptions { ClipNorm = 0.01 }, null,
            Loop.Phase("p", 1, new RowFeed(8, 8), () => Loop.Step(network, optim.SGD(network.parameters(), 1))));

        double length = Math.Sqrt(before.Zip(Loop.Values(network), (a, b) => (double)(a - b) * (a - b)).Sum());
        Assert.AreEqual(0.01, length, 1e-5);
    }

    [TestMethod]
    public void TheScheduleSetsTheRateOfEveryUpdate()
    {
        using Sequential network = Loop.Network();
        var rates = new List<double>();
        var schedule = new LearningRateSchedule.LinearDecay { Start = 0 };

        TrainingHistory history = Loop.Train(new LoopOptions(), null, Loop.Phase("p", 2, new RowFeed(8, 4), () => new SpyStep(network, rates), schedule));

        CollectionAssert.AreEqual(new[] { 0.2, 0.15, 0.1, 0.05 }, rates.Select(rate => Math.Round(rate, 12)).ToArray());
        CollectionAssert.AreEqual(new[] { 0.75, 0.25 }, history.Epochs.Select(epoch => epoch.RateFactor).ToArray());
    }

    [TestMethod]
    public void AveragingIsTheExponentialMovingAverageOfTheWeights()
    {
        using Sequential plain = Loop.Network(), averaged = Loop.Network();
        float[] expected = Loop.Values(plain);
        var approach = new Reports(report =>
        {
            if (report.Losses.Count > 0 && report.Metrics.Count == 0)
                seen.Add(Loop.Values(plain));
        });
        Run(plain, new LoopOptions { Progress = approach });
        float[] decays = [1 / 10f, 2 / 11f, 3 / 12f, 0.3f, 0.3f, 0.3f];
        foreach ((float[] weights, float decay) in seen.Zip(decays))
            expected = [.. expected.Zip(weights, (average, weight) => decay * average + (1 - decay) * weight)];

        Run(averaged, new LoopOptions { AveragingDecay = 0.3 });

        float[] actual = Loop.Values(averaged);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f);
        CollectionAssert.AreNotEqual(Loop.Values(plain), actual);

        static void Run(Sequential network, LoopOptions options) =>
            Loop.Train(options, null, Loop.Phase("p", 1, new RowFeed(24, 4), () => Loop.Step(network, Sgd(network))));
    }

    private readonly List<float[]> seen = [];

    [TestMethod]
    [DataRow("accuracy", 1, DisplayName = "higher is better")]
    [DataRow("loss", 2, DisplayName = "lower is better")]
    public void TheBestWeightsAreKept(string metric, int bestIndex)
    {
        using Sequential network = Loop.Network();
        var hashes = new List<string>();
        Queue<double> scores = new([3, 5, 1, 5, 4]);

        TrainingHistory history = Loop.Train(new LoopOptions(), Judged(network, scores, hashes, metric),
            Loop.Phase("p", 5, new RowFeed(8, 4), () => Loop.Step(network, Sgd(network))));

        Assert.AreEqual(hashes[bestIndex], Loop.Hash(network));
        Assert.AreEqual(history.Epochs[bestIndex], history.Best);
        CollectionAssert.AreEqual(new double[] { 3, 5, 1, 5, 4 }, history.Epochs.Select(epoch => epoch.Metrics[metric]).ToArray());
    }

    [TestMethod]
    public void AveragedWeightsAreJudgedAndKept()
    {
        using Sequential network = Loop.Network();
        var hashes = new List<string>();

        Loop.Train(new LoopOptions { AveragingDecay = 0.5 }, Judged(network, new([1, 2, 0]), hashes),
            Loop.Phase("p", 3, new RowFeed(8, 4), () => Loop.Step(network, Sgd(network))));

        Assert.AreEqual(hashes[1], Loop.Hash(network));
    }

    [TestMethod]
    public void TrainingStopsWhenTheMetricNoLongerImproves()
    {
        using Sequential network = Loop.Network();
        var hashes = new List<string>();

        TrainingHistory history = Loop.Train(new LoopOptions { EarlyStoppingPatience = 2 }, Judged(network, new([1, 3, 3, double.NaN, 9]), hashes),
            Loop.Phase("p", 5, new RowFeed(8, 4), () => Loop.Step(network, Sgd(network))));

        Assert.AreEqual(TrainingEnd.StoppedEarly, history.End);
        Assert.HasCount(4, history.Epochs);
        Assert.AreEqual(hashes[1], Loop.Hash(network));
    }

    [TestMethod]
    public void EveryThirdEpochAndTheLastAreValidated()
    {
        using Sequential network = Loop.Network();

        TrainingHistory history = Loop.Train(new LoopOptions { ValidateEveryEpochs = 3 }, Judged(network, new([1, 2, 3, 4]), []),
            Loop.Phase("p", 7, new RowFeed(8, 4), () => Loop.Step(network, Sgd(network))));

        CollectionAssert.AreEqual(new[] { 3, 6, 7 }, history.Epochs.Where(epoch => epoch.Metrics.Count > 0).Select(epoch => epoch.Epoch).ToArray());
    }

    [TestMethod]
    public void AnUnknownMetricIsNamedWithTheKnownOnes()
    {
        using Sequential network = Loop.Network();
        var validation = new Validation(() => new Dictionary<string, double> { ["mAP50"] = 1, ["mAP"] = 1 }, "map", new HashSet<string>());

        var fault = Assert.ThrowsExactly<ArgumentException>(() => Loop.Train(new LoopOptions(), validation,
            Loop.Phase("p", 1, new RowFeed(8, 4), () => Loop.Step(network, Sgd(network)))));

        Assert.AreEqual("BestBy: expected one of mAP50, mAP, got 'map'.", fault.Message);
    }

    [TestMethod]
    public void ALossThatIsNotFiniteStopsTheRunBeforeTheUpdate()
    {
        using Sequential network = Loop.Network();
        string before = "";
        int calls = 0;

        var fault = Assert.ThrowsExactly<NonFiniteLossException>(() => Loop.Train(new LoopOptions { AccumulationSteps = 2 }, null,
            Loop.Phase("p", 1, new RowFeed(16, 2, isShuffled: false), () => new SupervisedStep<Sequential, RowBatch>(network, Sgd(network), Loss))));

        Assert.AreEqual(before, Loop.Hash(network));
        Assert.AreEqual("localisation", fault.Term);
        Assert.AreEqual(3, fault.Step);
        StringAssert.StartsWith(fault.Message, "Training stopped before update 3: Loss term 'localisation' is NaN (confidence ");
        StringAssert.Contains(fault.Message, "Rows of the batch: 8, 9, 10, 11.");

        IReadOnlyList<LossTensor> Loss(Sequential net, RowBatch batch)
        {
            if (calls == 4)
                before = Loop.Hash(net);
            Tensor good = Loop.SquaredError(net, batch)[0].Value;
            return [new LossTensor("confidence", good), new LossTensor("localisation", calls++ == 5 ? good * double.NaN : good)];
        }
    }

    [TestMethod]
    public void AGradientThatIsNotFiniteStopsTheRunWhereItIsClipped()
    {
        using Sequential network = Loop.Network();
        string before = Loop.Hash(network);

        var fault = Assert.ThrowsExactly<NonFiniteLossException>(() => Loop.Train(new LoopOptions { ClipNorm = 1 }, null,
            Loop.Phase("p", 1, new RowFeed(8, 4), () => new SupervisedStep<Sequential, RowBatch>(
                network, Sgd(network), (net, batch) => [new LossTensor("root", net.call(batch.Inputs_N4).mul(0).sum().sqrt())]))));

        Assert.AreEqual(before, Loop.Hash(network));
        Assert.AreEqual("gradient", fault.Term);
        StringAssert.StartsWith(fault.Message, "Training stopped before update 1: The norm of the gradient is NaN.");
    }

    [TestMethod]
    public void ReportsTellOfEveryUpdateAndEpoch()
    {
        using Sequential network = Loop.Network();
        var reports = new Reports();

        Loop.Train(new LoopOptions { Progress = reports }, Judged(network, new([1, 2]), []),
            Loop.Phase("p", 2, new RowFeed(8, 4), () => Loop.Step(network, Sgd(network))));

        CollectionAssert.AreEqual(
            new[] { (1L, 1, 0.25, false), (2, 1, 0.5, false), (2, 1, 0.5, true), (3, 2, 0.75, false), (4, 2, 1, false), (4, 2, 1, true) },
            reports.All.Select(report => (report.Step, report.Epoch, report.Fraction, report.Metrics.Count > 0)).ToArray());
        Assert.IsTrue(reports.All.All(report => report is { Phase: "p", Epochs: 2, SamplesPerSecond: > 0 } && report.Losses.ContainsKey("error")));
        Assert.AreEqual(TimeSpan.Zero, reports.All[^1].Remaining);
        Assert.IsGreaterThan(TimeSpan.Zero, reports.All[3].Remaining);
    }

    [TestMethod]
    public void TheLogHasLinesWithLossRateAndTimeLeft()
    {
        using Sequential network = Loop.Network();
        var ml = new MLContext();
        var lines = new List<string>();
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Info)
                lines.Add(e.RawMessage);
        };

        Loop.Train(ml, new LoopOptions { LogEverySteps = 2 }, Judged(network, new([1]), [], "mAP"),
            Loop.Phase("fine-tuning", 1, new RowFeed(16, 4), () => Loop.Step(network, Sgd(network))));

        Assert.HasCount(3, lines);
        StringAssert.Matches(lines[0], new(@"^fine-tuning, epoch 1 of 1, step 2: loss [\d.]+, error [\d.]+, [\d.]+ samples/s, \d\d:\d\d:\d\d left$"));
        StringAssert.Matches(lines[1], new("step 4"));
        StringAssert.Matches(lines[2], new(@"^fine-tuning, epoch 1 of 1 done: loss [\d.]+, error [\d.]+, [\d.]+ samples/s; validation: mAP 1$"));
    }

    [TestMethod]
    public void NothingOfARunStaysInMemory()
    {
        using Sequential network = Loop.Network();
        Run(failAt: null);
        long before = Tensor.TotalCount;

        Run(failAt: null);
        Assert.ThrowsExactly<TimeoutException>(() => Run(failAt: 5));

        Assert.AreEqual(before, Tensor.TotalCount);
        Assert.IsTrue(network.parameters().All(parameter => parameter.grad is null));

        void Run(int? failAt) => Loop.Train(
            new LoopOptions
            {
                AccumulationSteps = 2, AveragingDecay = 0.9, ClipNorm = 1,
                Progress = new Reports(report => { if (report.Step == failAt) throw new TimeoutException(); }),
            },
            Judged(network, new([1, 2]), []),
            Loop.Phase("p", 2, new RowFeed(32, 4), () => Loop.Step(network, optim.Adam(network.parameters(), amsgrad: true))));
    }

    /// <summary>Gives one score after the other, and remembers the weights that it was asked about.</summary>
    private static Validation Judged(nn.Module network, Queue<double> scores, List<string> hashes, string metric = "score") => new(
        () =>
        {
            hashes.Add(Loop.Hash(network));
            return new Dictionary<string, double> { [metric] = scores.Dequeue() };
        },
        metric, new HashSet<string> { "loss" });

    private static SGD Sgd(Sequential network) => optim.SGD(network.parameters(), 0.05, momentum: 0.9);

    private sealed class SpyStep(Sequential network, List<double> seen) : ITrainingStep<RowBatch>
    {
        private readonly SGD optimiser = optim.SGD(network.parameters(), 0.2);

        public IReadOnlyDictionary<string, nn.Module> Networks { get; } = new Dictionary<string, nn.Module> { ["network"] = network };

        public IReadOnlyDictionary<string, OptimizerHelper> Optimisers => new Dictionary<string, OptimizerHelper> { ["optimiser"] = optimiser };

        public LossTerms Step(IReadOnlyList<RowBatch> microBatches, Rates rates)
        {
            rates.Apply("optimiser", optimiser);
            seen.Add(optimiser.ParamGroups.Single().LearningRate);
            return new LossTerms([new LossTerm("none", 0)]);
        }

        public void Dispose() => optimiser.Dispose();
    }
}
