using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using static MLNetDeepExtensions.Tests.Detection.DetectionScenes;

namespace MLNetDeepExtensions.Tests.Detection;

/// <summary>What the trainer of every detector does with generated scenes.</summary>
public abstract class DetectorTrainerTests
{
    /// <summary>A run of seconds, and the mean average precision that it reaches.</summary>
    protected abstract (DetectionTrainingOptions Options, double MeanAveragePrecision) Learning { get; }

    /// <summary>Loss terms that reports have.</summary>
    protected abstract string[] LossTerms { get; }

    protected abstract IEstimator<DetectionTransformer> Trainer(MLContext ml, DetectionTrainingOptions options);

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void LearnsColouredRectanglesAndServesThemFromAZip(Precision precision)
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Generate(96, seed: 1)), test = ml.Data.LoadFromEnumerable(Generate(32, seed: 2));
        TransformerChain<KeyToValueMappingTransformer> model = Pipeline(ml, Learning.Options with { Precision = precision }).Fit(train);

        ObjectDetectionMetrics metrics = ml.ObjectDetection.Evaluate(model.Transform(test));
        Assert.IsGreaterThan(Learning.MeanAveragePrecision, metrics.MeanAveragePrecision50);

        using var zip = new MemoryStream();
        ml.Model.Save(model.GetModelFor(TransformerScope.Scoring), train.Schema, zip);
        zip.Position = 0;
        var serving = new MLContext();
        using var engine = serving.Model.CreatePredictionEngine<Photo, Detections>(serving.Model.Load(zip, out _));
        List<Detections> expected = [.. ml.Data.CreateEnumerable<Detections>(model.Transform(test), reuseRowObject: false)];
        foreach ((int index, Scene scene) in Generate(32, seed: 2).Index().Take(4))
        {
            Detections served = engine.Predict(new Photo { Image = scene.Image });
            CollectionAssert.AreEqual(expected[index].PredictedLabel, served.PredictedLabel);
            foreach ((float one, float other) in expected[index].PredictedBoundingBoxes.Zip(served.PredictedBoundingBoxes))
                Assert.AreEqual(one, other, 0.01f);
        }
    }

    [TestMethod]
    public void ValidatesKeepsTheBestEpochAndTellsItsHistory()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Generate(48, seed: 1));
        var reports = new List<TrainingProgress>();
        DetectionTrainingOptions options = Learning.Options with
        {
            MaxEpochs = 4, ValidationFraction = 0.3, AveragingDecay = 0.5, Progress = new Listing(reports),
        };
        DetectionTransformer detector = Pipeline(ml, options).Fit(train).OfType<DetectionTransformer>().Single();

        Assert.HasCount(4, detector.History.Epochs);
        Assert.AreEqual(detector.History.Epochs.Max(epoch => epoch.Metrics["mAP50"]), detector.History.Best!.Metrics["mAP50"]);
        Assert.AreEqual(detector.History.Epochs[^1].Step + 4, reports.Count, "a report for every update and every epoch");
        Assert.IsTrue(reports.All(report => LossTerms.All(report.Losses.ContainsKey)));
        Assert.AreEqual(1, reports[^1].Fraction, 1e-9);
    }

    private EstimatorChain<KeyToValueMappingTransformer> Pipeline(MLContext ml, DetectionTrainingOptions options) =>
        new EstimatorChain<ITransformer>().Append(ml.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(Trainer(ml, options))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private sealed class Photo
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class Listing(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
