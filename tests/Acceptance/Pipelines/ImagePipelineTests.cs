using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Pipelines;

/// <summary>From image files to a detector and back, with a cache before the decoding and files that are missing.</summary>
[TestClass]
public sealed class ImagePipelineTests
{
    private sealed class Photo
    {
        public string ImagePath { get; set; } = "";

        public string[] Label { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }

    private static readonly string[] Outputs = ["PredictedLabel", "PredictedBoundingBoxes", "Score"];
    private static readonly MLContext ML = new(seed: 1);
    private static TemporaryFolder folder = null!;
    private static TransformerChain<ITransformer> model = null!;

    [ClassInitialize]
    public static void TrainOnCachedPaths(TestContext _)
    {
        folder = new TemporaryFolder();
        var pipeline = new EstimatorChain<ITransformer>()
            .Append<ITransformer>(ML.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .AppendCacheCheckpoint(ML)
            .Append<ITransformer>(ML.Transforms.DecodeImages("Image", "ImagePath", new DecodeImagesOptions { ImageFolder = folder.Path, OnBadImage = OnBadImage.Empty }))
            .Append<ITransformer>(ML.ObjectDetection.Trainers.SSD(SSDTrainerTests.Small(epochs: 1) with
            {
                BatchSize = 4, Network = SSDTrainerTests.Small(1).Network with { ImageSize = 64 }, Inference = new DetectionOptions { MaxDetections = 3 },
            }))
            .Append<ITransformer>(ML.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        model = pipeline.Fit(Photos(8));
    }

    [ClassCleanup]
    public static void CleanUp()
    {
        model?.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    public void ACacheBeforeTheDecodingChangesNothing()
    {
        IDataView photos = Photos(8);
        object[][] expected = ColumnValues.Read(model.Transform(photos), Outputs);
        Assert.IsTrue(expected.All(row => ((object[])row[2]).Length > 0));
        ColumnValues.AssertEqual(expected, ColumnValues.Read(model.Transform(ML.Data.Cache(photos)), Outputs), "cached", tolerance: 0);
    }

    [TestMethod]
    public void AFileThatIsNotThereHasNoObjectsAndLeavesItsNeighboursAlone()
    {
        object[][] expected = ColumnValues.Read(model.Transform(Photos(8)), Outputs);
        File.Delete(folder.PathOf("3.png"));
        object[][] actual = ColumnValues.Read(model.Transform(Photos(8, write: false)), Outputs);
        Assert.IsTrue(actual[3].All(value => ((object[])value).Length == 0));
        ColumnValues.AssertEqual([.. expected[..3], .. expected[4..]], [.. actual[..3], .. actual[4..]], "neighbours");
    }

    [TestMethod]
    public void TheMetricsOfATestSetComeFromTheChain()
    {
        ObjectDetectionMetrics metrics = ML.ObjectDetection.Evaluate(model.Transform(Photos(8)));
        Assert.IsTrue(double.IsFinite(metrics.MeanAveragePrecision50));
    }

    private static IDataView Photos(int count, bool write = true)
    {
        List<DetectionScenes.Scene> scenes = DetectionScenes.Generate(count, seed: 1);
        if (write)
        {
            for (int i = 0; i < count; i++)
                File.WriteAllBytes(folder.PathOf($"{i}.png"), ImageFiles.Png(scenes[i].Image.ToRgbImage()));
        }
        return ML.Data.LoadFromEnumerable(scenes.Select((scene, i) => new Photo { ImagePath = $"{i}.png", Label = scene.Label, BoundingBoxes = scene.BoundingBoxes }).ToList());
    }
}
