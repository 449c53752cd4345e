using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
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
    [DataRow(FasterRcnnTrainingScheme.ApproximateJoint, Precision.Float32)]
    [DataRow(FasterRcnnTrainingScheme.ApproximateJoint, Precision.BFloat16)]
    [DataRow(FasterRcnnTrainingScheme.FourStepAlternating, Precision.Float32)]
    public void LearnsColouredRectanglesInEitherScheme(FasterRcnnTrainingScheme scheme, Precision precision)
    {
        var ml = new MLContext(seed: 1);
        (IDataView train, IDataView test) = Data(ml);
        using FasterRcnnDetectionTransformer model = Fit(ml, Small(epochs: 12) with { Training = scheme, Precision = precision }, train);

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

    private static (IDataView Train, IDataView Test) Data(MLContext ml)
    {
        IDataView train = ml.Data.LoadFromEnumerable(Generate(96, seed: 1)), test = ml.Data.LoadFromEnumerable(Generate(32, seed: 2));
        var keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(train);
        return (keys.Transform(train), keys.Transform(test));
    }

    private static FasterRcnnDetectionTransformer Fit(MLContext ml, FasterRcnnDetectionTrainer.Options options, IDataView train) =>
        ml.ObjectDetection.Trainers.FasterRcnn(options).Fit(train);
}
