using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class ResumeTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("resume").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DataRow("SGD"), DataRow("Adam"), DataRow("AdamW"), DataRow("Adadelta"), DataRow("RMSprop"), DataRow("NAdam"), DataRow("ASGD")]
    public void AKilledRunEndsWithTheWeightsOfAnUninterruptedOne(string optimiser)
    {
        string expected = Train(optimiser, new LoopOptions { AveragingDecay = 0.8, AccumulationSteps = 2 });

        foreach (int lastStep in (int[])[1, 4, 5, 9])
        {
            var options = LoopOptions.In(Path.Combine(folder, $"{lastStep}"), everySteps: 1) with { AveragingDecay = 0.8, AccumulationSteps = 2 };
            Assert.ThrowsExactly<TimeoutException>(() => Train(optimiser, options with { Progress = KilledAfter(lastStep) }));
            var reports = new Reports();
            Assert.AreEqual(expected, Train(optimiser, options with { Resume = true, Progress = reports }), $"killed after {lastStep}");
            Assert.AreEqual(lastStep + 1, reports.All[0].Step);
        }
    }

    [TestMethod]
    public void ACancelledRunResumesWhereItStopped()
    {
        string expected = Train("Adam", new LoopOptions { AccumulationSteps = 3 });

        for (int lastStep = 1; lastStep < 6; lastStep++)
        {
            using var cancel = new CancellationTokenSource();
            var options = LoopOptions.In(Path.Combine(folder, $"{lastStep}")) with { AccumulationSteps = 3 };
            int step = lastStep;
            Train("Adam", options with
            {
                CancellationToken = cancel.Token, Progress = new Reports(report => { if (report.Step == step) cancel.Cancel(); }),
            });
            Assert.AreEqual(expected, Train("Adam", options with { Resume = true }), $"cancelled after {lastStep}");
        }
    }

    [TestMethod]
    public void AnUpdateWhoseBatchesAreCutShortIsMadeAfterResumption()
    {
        string expected = Train("Adam", new LoopOptions { AccumulationSteps = 3 });

        for (int batches = 5; batches < 10; batches++)
        {
            using var cancel = new CancellationTokenSource();
            var options = LoopOptions.In(Path.Combine(folder, $"{batches}")) with { AccumulationSteps = 3 };
            int last = batches;
            var feed = new RowFeed(18, 4) { OnBatch = made => { if (made == last) cancel.Cancel(); } };
            Train("Adam", options with { CancellationToken = cancel.Token, Progress = new Reports(_ => Thread.Sleep(20)) }, feed: feed);
            Assert.AreEqual(expected, Train("Adam", options with { Resume = true }), $"cancelled before batch {batches}");
        }
    }

    [TestMethod]
    public void RepeatedKillsDoNoHarm()
    {
        string expected = Train("RMSprop", new LoopOptions());
        var options = LoopOptions.In(folder, everySteps: 2) with { Resume = true };

        for (int lastStep = 3; lastStep < 18; lastStep += 4)
            Assert.ThrowsExactly<TimeoutException>(() => Train("RMSprop", options with { Progress = KilledAfter(lastStep) }));

        Assert.AreEqual(expected, Train("RMSprop", options));
    }

    [TestMethod]
    public void AFinishedRunGivesTheSameModelWithoutTraining()
    {
        var options = LoopOptions.In(folder) with { AveragingDecay = 0.5 };
        string expected = Train("Adam", options, validated: true);
        var reports = new Reports();

        Assert.AreEqual(expected, Train("Adam", options with { Resume = true, Progress = reports }, validated: true));

        Assert.IsEmpty(reports.All);
    }

    [TestMethod]
    public void BestWeightsAndPatienceSurvive()
    {
        string expected = Train("Adam", new LoopOptions { EarlyStoppingPatience = 2 }, validated: true);

        foreach (int lastStep in (int[])[4, 7, 10, 13])
        {
            var options = LoopOptions.In(Path.Combine(folder, $"{lastStep}"), everySteps: 1) with { EarlyStoppingPatience = 2 };
            Assert.ThrowsExactly<TimeoutException>(() => Train("Adam", options with { Progress = KilledAfter(lastStep) }, validated: true));
            Assert.AreEqual(expected, Train("Adam", options with { Resume = true }, validated: true), $"killed after {lastStep}");
        }
    }

    [TestMethod]
    public void PhasesResumeWithinAndBetweenThem()
    {
        string expected = TrainPhases(new LoopOptions());

        for (int lastStep = 1; lastStep < 8; lastStep++)
        {
            var options = LoopOptions.In(Path.Combine(folder, $"{lastStep}"), everySteps: 1);
            Assert.ThrowsExactly<TimeoutException>(() => TrainPhases(options with { Progress = KilledAfter(lastStep) }));
            Assert.AreEqual(expected, TrainPhases(options with { Resume = true }), $"killed after {lastStep}");
        }
    }

    [TestMethod]
    public void AnAdversarialStepResumesWithItsPoolAndBothOptimisers()
    {
        string expected = AdversarialStep.Train(new LoopOptions { AveragingDecay = 0.9 });
        Assert.AreNotEqual(expected, AdversarialStep.Train(new LoopOptions { AveragingDecay = 0.9 }, seed: 8));

        foreach (int lastStep in (int[])[2, 5, 7])
        {
            var options = LoopOptions.In(Path.Combine(folder, $"{lastStep}"), everySteps: 1) with { AveragingDecay = 0.9 };
            Assert.ThrowsExactly<TimeoutException>(() => AdversarialStep.Train(options with { Progress = KilledAfter(lastStep) }));
            Assert.AreEqual(expected, AdversarialStep.Train(options with { Resume = true }), $"killed after {lastStep}");
        }
    }

    [TestMethod]
    public void MetricsThatAreNotNumbersDoNotBreakTheCheckpoint()
    {
        using Sequential network = Loop.Network();
        var phase = Loop.Phase("p", 2, new RowFeed(8, 4), () => Loop.Step(network, optim.SGD(network.parameters(), 0.1)));
        var validation = new Validation(() => new Dictionary<string, double> { ["mAP"] = double.NaN, ["loss"] = double.PositiveInfinity }, "mAP", new HashSet<string>());

        Loop.Train(LoopOptions.In(folder), validation, phase);
        TrainingHistory resumed = Loop.Train(LoopOptions.In(folder, resume: true), validation, phase);

        Assert.IsTrue(double.IsNaN(resumed.Epochs[1].Metrics["mAP"]));
        Assert.IsNull(resumed.Best);
    }

    [TestMethod]
    public void TheThreadCountOfTheRunReturnsWithIt()
    {
        int own = get_num_threads();
        try
        {
            set_num_threads(own + 1);
            Assert.ThrowsExactly<TimeoutException>(() => Train("SGD", LoopOptions.In(folder, everySteps: 1) with { Progress = KilledAfter(2) }));
            set_num_threads(own);
            int seen = 0;
            Train("SGD", LoopOptions.In(folder, resume: true) with { Progress = new Reports(_ => seen = get_num_threads()) });
            Assert.AreEqual(own + 1, seen);
            Assert.AreEqual(own, get_num_threads());
        }
        finally
        {
            set_num_threads(own);
        }
    }

    private static Reports KilledAfter(long step) => new(report =>
    {
        // The checkpoint of a step is written after its report: this is the report of the next.
        if (report.Step == step + 1)
            throw new TimeoutException();
    });

    private static string Train(string optimiser, LoopOptions options, bool validated = false, RowFeed? feed = null)
    {
        using var random = new GlobalRandomState(Loop.Seed);
        using Sequential network = Loop.Network(dropout: 0.3);
        var validation = new Validation(() => new Dictionary<string, double> { ["loss"] = Math.Abs(Loop.Values(network).Sum() + 1) }, "loss", new HashSet<string> { "loss" });
        Loop.Train(options, validated ? validation : null,
            Loop.Phase("p", 4, feed ?? new RowFeed(18, 4), () => Loop.Step(network, Optimiser(optimiser, network)), new LearningRateSchedule.Cosine { WarmUp = 0.2 }));
        return Loop.Hash(network);
    }

    // The second phase begins with a change of the weights and draws random numbers: neither may happen twice.
    private static string TrainPhases(LoopOptions options)
    {
        using var random = new GlobalRandomState(Loop.Seed);
        using Sequential network = Loop.Network(dropout: 0.3);
        Loop.Train(options, null,
            Loop.Phase("heads", 2, new RowFeed(8, 4), () => Loop.Step(network, optim.SGD(network.parameters(), 0.1, momentum: 0.9))),
            Loop.Phase("all", 2, new RowFeed(8, 4), () =>
            {
                using IDisposable noGradient = no_grad();
                using Tensor noise = randn_like(network.parameters().First());
                network.parameters().First().add_(noise);
                return Loop.Step(network, optim.Adam(network.parameters(), 0.01));
            }));
        return Loop.Hash(network);
    }

    private static OptimizerHelper Optimiser(string name, Sequential network) => name switch
    {
        "SGD" => optim.SGD(network.parameters(), 0.05, momentum: 0.9, weight_decay: 0.01),
        "Adam" => optim.Adam(network.parameters(), 0.01, amsgrad: true),
        "AdamW" => optim.AdamW(network.parameters(), 0.01, weight_decay: 0.1),
        "Adadelta" => optim.Adadelta(network.parameters(), 0.5),
        "RMSprop" => optim.RMSProp(network.parameters(), 0.01, momentum: 0.5, centered: true),
        "NAdam" => optim.NAdam(network.parameters(), 0.01),
        _ => optim.ASGD(network.parameters(), 0.05),
    };
}
