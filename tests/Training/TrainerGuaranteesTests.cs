using Microsoft.ML;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Torch;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static MLNetDeepExtensions.Tests.Training.TabularTraining;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class TrainerGuaranteesTests
{
    [TestMethod]
    public void TheSameSeedGivesTheSameWeights()
    {
        Assert.AreEqual(HashAfter(Options()), HashAfter(Options()));
        Assert.AreNotEqual(HashAfter(Options()), HashAfter(Options() with { Seed = 4 }));
        Assert.AreEqual(HashAfter(Options() with { Seed = null }, new MLContext(seed: 3)), HashAfter(Options()));
    }

    [TestMethod]
    public void TheUsersRandomStreamAndThreadCountAreLeftAlone()
    {
        byte[] before = RandomState();
        int threads = get_num_threads();

        Fit(Options()).Dispose();
        Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Options() with { Progress = new Reports(Meddle) }));

        CollectionAssert.AreEqual(before, RandomState());
        Assert.AreEqual(threads, get_num_threads());

        static void Meddle(TrainingProgress report)
        {
            set_num_threads(get_num_threads() + 1);
            throw new InvalidOperationException();
        }

        static byte[] RandomState()
        {
            using Tensor state = random.get_rng_state();
            return state.bytes.ToArray();
        }
    }

    [TestMethod]
    public void FitLeavesNoTensorBehind()
    {
        var options = Options() with { ValidationFraction = 0.3, AveragingDecay = 0.9, ClipNorm = 1, AccumulationSteps = 2 };
        AssertNothingStays(() => Fit(options).Dispose());
        AssertNothingStays(() => Assert.ThrowsExactly<NonFiniteLossException>(() => Fit(options with { Loss = (result, _) => result.sum() * double.NaN })));
        AssertNothingStays(() => Assert.ThrowsExactly<TimeoutException>(() => Fit(options with { Progress = new Reports(_ => throw new TimeoutException()) })));
        AssertNothingStays(() =>
        {
            using var cancel = new CancellationTokenSource();
            Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options with
            {
                CancellationToken = cancel.Token, ReturnBestOnCancellation = false, Progress = new Reports(_ => cancel.Cancel()),
            }));
        });
    }

    [TestMethod]
    public void ABadRowInTheMiddleOfAStreamLeavesNoTensorBehind()
    {
        var ml = new MLContext();
        int passes = 0;
        IDataView data = ml.Data.LoadFromEnumerable(TurningBad());

        AssertNothingStays(() =>
        {
            passes = 0;
            var fault = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Options() with { ShufflePoolSize = 8, AccumulationSteps = 3 }, ml, data));
            StringAssert.StartsWith(fault.Message, "Row 18 of the training data cannot be used: ");
        });

        IEnumerable<Row> TurningBad()
        {
            passes++;
            foreach ((int i, Row row) in Rows(24).Index())
                yield return passes > 1 && i == 18 ? new Row { Features = row.Features, Label = 99 } : row;
        }
    }

    [TestMethod]
    public void FittingADetectorLeavesNoTensorBehind()
    {
        var options = SmallDetectors.Options() with { ValidationFraction = 0.3, BatchSize = 2 };
        AssertNone(() => SmallDetectors.Fit(new MLContext(seed: 2), options, SmallDetectors.GoodRows(5)).Dispose());
        AssertNone(() => Assert.ThrowsExactly<TimeoutException>(() =>
            SmallDetectors.Fit(new MLContext(seed: 2), options with { Progress = new Reports(_ => throw new TimeoutException()) })));
        AssertNone(() => Assert.ThrowsExactly<NonFiniteLossException>(() =>
            SmallDetectors.Fit(new MLContext(seed: 2), options with { LearningRate = 1e12, ClipNorm = 0, MaxEpochs = 20 })));

        void AssertNone(Action fit) => AssertNothingStays(fit, () => new SSDNetwork(options.Network with { Classes = 3 }).Dispose());
    }

    [TestMethod]
    public void AModelWithValuesThatAreNoNumbersIsNotHandedOut()
    {
        var ml = new MLContext();

        // One row and PyTorch's own batch normalisation: the loss stays finite, the running variance does not.
        var fault = Assert.ThrowsExactly<NonFiniteLossException>(() => Fit(Options(), ml, Data(ml, count: 1), new Definition { Normalised = true }));

        Assert.AreEqual("weights", fault.Term);
        StringAssert.StartsWith(fault.Message, "Training left values that are no numbers in network.1.running_var. ");
    }

    [TestMethod]
    public void WarmStartBeginsWithTheWeightsOfTheModel()
    {
        using ModuleTransformer first = Fit(Options());

        using ModuleTransformer second = Fit(Options(epochs: 1) with { InitialModel = first, Optimiser = parameters => optim.SGD(parameters, 0) });

        Assert.AreEqual(HashOf(first), HashOf(second));
        var fault = Assert.ThrowsExactly<ArgumentException>(() => SmallDetectors.Fit(new MLContext(), SmallDetectors.Options() with { InitialModel = first }));
        Assert.AreEqual("InitialModel: expected a SSDDetectionTransformer, got a ModuleTransformer.", fault.Message);
    }

    private static void AssertNothingStays(Action fit) => AssertNothingStays(fit, () => new Definition().Create(Context).Dispose());

    private static NetworkContext Context { get; } = new() { InputSizes = new Dictionary<string, int> { ["Features"] = 4 }, ClassCount = 3 };

    // TorchSharp counts a tensor that becomes a parameter twice and frees it once: what making and freeing the network alone adds to the count is no leak.
    private static void AssertNothingStays(Action fit, Action makeAndFreeNetwork) => Assert.AreEqual(GrowthBy(makeAndFreeNetwork), GrowthBy(fit));

    // The first call makes what is made once per process; garbage of earlier tests must not be collected in between.
    private static long GrowthBy(Action action)
    {
        using DisposeScope scope = NewDisposeScope();
        action();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        action();
        return Tensor.TotalCount - before;
    }
}
