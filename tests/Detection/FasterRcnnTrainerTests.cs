using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Tests.Training;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static MLNetDeepExtensions.Tests.Detection.DetectionScenes;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class FasterRcnnTrainerTests
{
    internal static FasterRcnnDetectionTrainer.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, BatchSize = 8, LearningRate = 0.02, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.1 }, ClipNorm = 10,
        Network = new FasterRcnnNetworkOptions
        {
            Backbone = DetectionBackbone.ResNet18HalfWidth, BackboneNormalisation = Normalisation.Batch, FeaturePyramid = true, PyramidWidth = 64,
            RoiPooling = RoiPooling.Align, HeadWidth = 128, ShortSide = 80, LongSide = 160, AnchorSizes = [16, 24, 32, 48, 64],
            ProposalsBeforeNms = 100, Proposals = 40, MinProposalSide = 1,
        },
        Loss = FasterRcnnLossOptions.Torchvision with { AnchorSamples = 64, RegionSamples = 32, ProposalsBeforeNms = 200, Proposals = 60 },
    };

    [TestMethod]
    [DataRow(FasterRcnnTrainingScheme.ApproximateJoint, Precision.Float32, 12)]
    [DataRow(FasterRcnnTrainingScheme.ApproximateJoint, Precision.BFloat16, 12)]
    [DataRow(FasterRcnnTrainingScheme.FourStepAlternating, Precision.Float32, 6)]
    public void LearnsColouredRectanglesInEitherScheme(FasterRcnnTrainingScheme scheme, Precision precision, int epochs)
    {
        var ml = new MLContext(seed: 1);
        (IDataView train, IDataView test) = Data(ml);
        using FasterRcnnDetectionTransformer model = Fit(ml, Small(epochs) with { Training = scheme, Precision = precision }, train);

        ObjectDetectionMetrics metrics = ml.ObjectDetection.Evaluate(model.Transform(test));
        Assert.IsGreaterThan(0.8, metrics.MeanAveragePrecision50);
    }

    [TestMethod]
    public void ProposesRegionsForADetectorThatLooksOnlyThere()
    {
        var ml = new MLContext(seed: 1);
        (IDataView train, IDataView test) = Data(ml);
        using FasterRcnnDetectionTransformer whole = Fit(ml, Small(epochs: 8), train);
        using RegionProposalTransformer proposer = whole.AsProposer();
        ProposalMetrics recall = ml.ObjectDetection.EvaluateProposals(proposer.Transform(test));
        Assert.IsGreaterThan(0.9, recall.Recall50);
        Assert.IsLessThanOrEqualTo(recall.Recall50, recall.Recall70);

        using FasterRcnnDetectionTransformer detector = Fit(ml, Small(epochs: 8) with { ProposalsColumnName = "Proposals" }, proposer.Transform(train));

        ObjectDetectionMetrics metrics = ml.ObjectDetection.Evaluate(detector.Transform(proposer.Transform(test)));
        Assert.IsGreaterThan(0.7, metrics.MeanAveragePrecision50);
        Assert.ThrowsExactly<InvalidOperationException>(() => detector.AsProposer());
    }

    [TestMethod]
    public void ASavedProposerProposesTheSame()
    {
        var ml = new MLContext(seed: 1);
        IDataView images = ml.Data.TakeRows(Data(ml).Train, 4);
        using FasterRcnnDetectionTransformer whole = Fit(ml, Small(epochs: 1), images);
        using RegionProposalTransformer all = whole.AsProposer(), proposer = all.With(new RegionProposalOptions { MaxProposals = 7 });
        using var zip = new MemoryStream();
        ml.Model.Save(proposer, images.Schema, zip);
        zip.Position = 0;

        IDataView expected = proposer.Transform(images), served = new MLContext().Model.Load(zip, out _).Transform(images);

        foreach (string column in (string[])["Proposals", "ProposalScore"])
            CollectionAssert.AreEqual(
                expected.GetColumn<float[]>(column).SelectMany(row => row).ToArray(), served.GetColumn<float[]>(column).SelectMany(row => row).ToArray());
        Assert.IsTrue(served.GetColumn<float[]>("ProposalScore").All(scores => scores.Length is > 0 and <= 7));
    }

    [TestMethod]
    public void ImagesOfDifferentSizesInOneBatchGiveTheSameAsOneByOne()
    {
        var ml = new MLContext(seed: 1);
        using FasterRcnnDetectionTransformer model = Fit(ml, Small(epochs: 3), Data(ml).Train);
        Scene[] scenes = [.. new[] { (96, 80), (80, 120), (200, 90), (96, 80), (97, 300) }.Select(
            (size, number) => Generate(1, seed: 10 + number, size.Item1, size.Item2)[0])];
        IDataView images = ml.Data.LoadFromEnumerable(scenes);

        using FasterRcnnDetectionTransformer together = model.With(new DetectionOptions { BatchSize = 8, ScoreThreshold = 0.02f });
        using FasterRcnnDetectionTransformer alone = model.With(new DetectionOptions { BatchSize = 1, ScoreThreshold = 0.02f });

        float[][] expected = Boxes(ml, alone.Transform(images)), found = Boxes(ml, together.Transform(images));
        Assert.IsTrue(expected.All(boxes => boxes.Length > 0));
        foreach ((float[] one, float[] other) in expected.Zip(found))
        {
            Assert.HasCount(one.Length, other);
            for (int i = 0; i < one.Length; i++)
                Assert.AreEqual(one[i], other[i], 0.01f);
        }
    }

    [TestMethod]
    public void AlternatingTrainingResumesExactlyInEachOfItsFourSteps()
    {
        using var folder = new TemporaryFolder();
        FasterRcnnDetectionTrainer.Options options = Small(epochs: 1) with
        {
            Training = FasterRcnnTrainingScheme.FourStepAlternating, BatchSize = 4, AveragingDecay = 0.5,
            Network = Small(1).Network with { ShortSide = 64, LongSide = 96 },
        };
        string expected = Hash(options);

        foreach (int killed in (int[])[1, 2, 3, 5, 7])
        {
            FasterRcnnDetectionTrainer.Options kept = options with { CheckpointDirectory = folder.PathOf($"{killed}"), CheckpointEverySteps = 1 };
            Assert.ThrowsExactly<TimeoutException>(() => Hash(kept with { Progress = new Reports(report => Kill(report, killed + 1)) }));
            var reports = new Reports();
            Assert.AreEqual(expected, Hash(kept with { Resume = true, Progress = reports }), $"killed after update {killed}");
            Assert.AreEqual(killed + 1, reports.All[0].Step);
        }

        static void Kill(TrainingProgress report, long step)
        {
            if (report.Step == step)
                throw new TimeoutException();
        }

        static string Hash(FasterRcnnDetectionTrainer.Options options)
        {
            var ml = new MLContext(seed: 1);
            using FasterRcnnDetectionTransformer model = Fit(ml, options, ml.Data.TakeRows(Data(ml).Train, 8));
            return model.UseNetwork(network => Loop.Hash(network));
        }
    }

    [TestMethod]
    public void FrozenStagesStayAsTheyWereAndTheOthersLearn()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.TakeRows(Data(ml).Train, 16);
        using FasterRcnnDetectionTransformer first = Fit(ml, Small(epochs: 1), train);
        using FasterRcnnDetectionTransformer second = Fit(ml, Small(epochs: 1) with { InitialModel = first, FrozenStages = 2 }, train);

        Dictionary<string, float[]> before = Weights(first), after = Weights(second);
        foreach ((string name, float[] weights) in before.Where(entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            bool isFrozen = name.StartsWith("backbone.body.", StringComparison.Ordinal)
                && !name.StartsWith("backbone.body.layer3", StringComparison.Ordinal) && !name.StartsWith("backbone.body.layer4", StringComparison.Ordinal);
            Assert.AreEqual(isFrozen, weights.SequenceEqual(after[name]), name);
        }

        static Dictionary<string, float[]> Weights(FasterRcnnDetectionTransformer model) => model.UseNetwork(network =>
            network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.to(torch.ScalarType.Float32).data<float>().ToArray()));
    }

    [TestMethod]
    public void OptionsThatContradictEachOtherAreRefusedTogether()
    {
        var ml = new MLContext();
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ml.ObjectDetection.Trainers.FasterRcnn(new FasterRcnnDetectionTrainer.Options
        {
            Training = FasterRcnnTrainingScheme.FourStepAlternating, ProposalsColumnName = "Proposals", ShortSides = [20], FrozenStages = 6,
        }));
        Assert.AreEqual("""
            The options of FasterRcnnDetectionTrainer are not valid:
              Training: expected ApproximateJoint with ProposalsColumnName, since there is nothing to alternate with, got FourStepAlternating.
              ShortSides: expected lengths from 32 to 4096 pixels, got 20.
              FrozenStages: expected 0 to 5, got 6.
            """.ReplaceLineEndings("\n"), fault.Message);
    }

    private static float[][] Boxes(MLContext ml, IDataView detections) =>
        [.. ml.Data.CreateEnumerable<Found>(detections, reuseRowObject: false).Select(found => found.PredictedBoundingBoxes)];

    private sealed class Found
    {
        public float[] PredictedBoundingBoxes { get; set; } = [];
    }

    private static (IDataView Train, IDataView Test) Data(MLContext ml)
    {
        IDataView train = ml.Data.LoadFromEnumerable(Generate(96, seed: 1)), test = ml.Data.LoadFromEnumerable(Generate(32, seed: 2));
        var keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(train);
        return (keys.Transform(train), keys.Transform(test));
    }

    private static FasterRcnnDetectionTransformer Fit(MLContext ml, FasterRcnnDetectionTrainer.Options options, IDataView train) =>
        ml.ObjectDetection.Trainers.FasterRcnn(options).Fit(train);
}
