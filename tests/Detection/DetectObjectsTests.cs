using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class DetectObjectsTests
{
    private static readonly SSDNetworkOptions Small =
        new() { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 96, Classes = 3 };

    private static readonly string[] Names = ["red", "green", "blue"];

    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    private sealed class Picture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class Detections
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    [TestCleanup]
    public void Free() => folder.Dispose();

    [TestMethod]
    [DataRow("ssd300_vgg16.pth")]
    [DataRow("ssd300_vgg16.safetensors")]
    public void TorchvisionsDetectorGivesWhatItGivesInTorchvision(string file)
    {
        using DisposeScope scope = NewDisposeScope();
        IDataView pictures = TorchvisionPictures(out JsonElement golden);
        using SSDDetectionTransformer model = ml.Transforms.DetectObjects(
            SaveTorchvisionDetector(file), SSDNetworkOptions.TorchvisionCoco, CocoLabels.Torchvision).Fit(pictures);

        SSDOutput output = model.UseNetwork(Raw);
        JsonElement raw = TensorGolden.Read("ssd/ssd300.json");
        TensorGolden.AreClose(raw.GetProperty("logits"), output.Logits_NAC, 1e-4);
        TensorGolden.AreClose(raw.GetProperty("offsets"), output.Offsets_NA4, 1e-4);
        Detections[] found = Rows(model.Transform(pictures));
        for (int i = 0; i < found.Length; i++)
            SSDDecoderTests.AreClose(golden[i], Objects(found[i]));
    }

    [TestMethod]
    public void TheZipPredictsAsTheModel()
    {
        IDataView pictures = ml.Data.LoadFromEnumerable(DetectionScenes.Generate(3, seed: 1));
        using SSDDetectionTransformer model = ml.Transforms.DetectObjects(SaveSmall(), Small, Names, options: Sensitive).Fit(pictures);
        ml.Model.Save(model, pictures.Schema, folder.PathOf("model.zip"));
        File.Delete(folder.PathOf("small.safetensors"));
        ITransformer loaded = new MLContext().Model.Load(folder.PathOf("model.zip"), out _);
        using var disposed = (IDisposable)loaded;
        Detections[] before = Rows(model.Transform(pictures)), after = Rows(loaded.Transform(pictures));
        for (int i = 0; i < before.Length; i++)
        {
            Assert.IsNotEmpty(before[i].Score);
            CollectionAssert.AreEqual(before[i].PredictedLabel, after[i].PredictedLabel);
            CollectionAssert.AreEqual(before[i].Score, after[i].Score);
            CollectionAssert.AreEqual(before[i].PredictedBoundingBoxes, after[i].PredictedBoundingBoxes);
        }
    }

    [TestMethod]
    public void RowsOfNothingButImagesAreSavedWithoutSchema()
    {
        IDataView pictures = ml.Data.LoadFromEnumerable(
            DetectionScenes.Generate(1, seed: 1).Select(scene => new Picture { Image = scene.Image }));
        using SSDDetectionTransformer model = ml.Transforms.DetectObjects(SaveSmall(), Small, Names, options: Sensitive).Fit(pictures);
        ml.Model.Save(model, null, folder.PathOf("model.zip"));
        using var engine = ml.Model.CreatePredictionEngine<Picture, Detections>(ml.Model.Load(folder.PathOf("model.zip"), out _));
        Assert.IsNotEmpty(engine.Predict(new Picture { Image = DetectionScenes.Generate(1, seed: 2)[0].Image }).Score);
    }

    [TestMethod]
    public void ThePromiseIsKeptUnderOtherNames()
    {
        IDataView pictures = ml.Transforms.CopyColumns("Photo", "Image").Fit(Scenes).Transform(Scenes);
        var estimator = ml.Transforms.DetectObjects(
            SaveSmall(), Small with { Classes = 0 }, Names, "Photo", "Kind", "Place", "Certainty", Sensitive);
        SchemaShape promised = estimator.GetOutputSchema(SchemaShapeOf(pictures));
        using SSDDetectionTransformer model = estimator.Fit(pictures);
        DataViewSchema delivered = model.Transform(pictures).Schema;
        foreach (string name in new[] { "Kind", "Place", "Certainty" })
        {
            SchemaShape.Column column = promised.Single(column => column.Name == name);
            Assert.AreEqual(SchemaShape.Column.VectorKind.VariableVector, column.Kind);
            Assert.AreEqual(name == "Kind", column.IsKey);
            Assert.IsTrue(delivered[name].Type is VectorDataViewType { IsKnownSize: false });
        }
        VBuffer<ReadOnlyMemory<char>> names = default;
        delivered["Kind"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(Names, names.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.AreEqual(3, model.Network.Classes);
    }

    [TestMethod]
    public void FaultsAreToldBeforeAnythingIsRead()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.DetectObjects(
            "nowhere.pth", SSDNetworkOptions.TorchvisionCoco, Names, options: new DetectionOptions { BatchSize = 0 }));
        Assert.AreEqual("SSDDetectionEstimator is not valid:\n  options.BatchSize: expected at least 1, got 0."
            + "\n  labels: expected 90, one for each class of the network, the background not counted, got 3.", fault.Message);
    }

    [TestMethod]
    public void WeightsOfOtherClassesOrOfABackboneAloneAreRefused()
    {
        var estimator = ml.Transforms.DetectObjects(SaveSmall(), Small with { Classes = 2 }, Names[..2]);
        StringAssert.Contains(Assert.ThrowsExactly<WeightsMismatchException>(() => estimator.Fit(Scenes)).Message,
            "head.classification_head.module_list.0.weight: expected [12, 64, 3, 3], found [16, 64, 3, 3]");
        estimator = ml.Transforms.DetectObjects(SaveSmall(), SSDNetworkOptions.TorchvisionCoco, CocoLabels.Torchvision);
        StringAssert.Contains(
            Assert.ThrowsExactly<WeightsFormatException>(() => estimator.Fit(Scenes)).Message, "torchvision's ssd300_vgg16");
    }

    [TestMethod]
    public void ImagesAreNeeded()
    {
        IDataView data = ml.Data.LoadFromEnumerable(new[] { new { Image = 1f } });
        var estimator = ml.Transforms.DetectObjects(SaveSmall(), Small, Names);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Append(ml.Transforms.DropColumns("Image")).Fit(data));
    }

    [TestMethod]
    public void TorchvisionsLabelsNumberCocosCategories()
    {
        Assert.HasCount(90, CocoLabels.Torchvision);
        Assert.HasCount(10, CocoLabels.Torchvision.Where(name => name == "N/A").ToArray());
        Assert.AreEqual("person", CocoLabels.Torchvision[1 - 1]);
        Assert.AreEqual("zebra", CocoLabels.Torchvision[24 - 1]);
        Assert.AreEqual("toothbrush", CocoLabels.Torchvision[90 - 1]);
    }

    private static DetectionOptions Sensitive => new() { ScoreThreshold = 0 };

    private IDataView Scenes => ml.Data.LoadFromEnumerable(DetectionScenes.Generate(2, seed: 1));

    private static SSDOutput Raw(SSDNetwork network)
    {
        using IDisposable inference = inference_mode();
        network.eval();
        return network.call(Formula.Images(1, 300));
    }

    private string SaveTorchvisionDetector(string file)
    {
        using var network = Formula.Fill(new SSDNetwork(SSDNetworkOptions.TorchvisionCoco),
            ("backbone.features.0.weight", 1.0 / 64), ("head.classification_head", 1), ("head.regression_head", 0.2));
        string path = folder.PathOf(file);
        if (file.EndsWith(".pth"))
            PyTorchFile.Write(path, network);
        else
            network.SaveWeights(path);
        return path;
    }

    private string SaveSmall()
    {
        string path = folder.PathOf("small.safetensors");
        using var network = Formula.Fill(new SSDNetwork(Small));
        network.SaveWeights(path);
        return path;
    }

    private IDataView TorchvisionPictures(out JsonElement golden)
    {
        JsonElement file = TensorGolden.Read("ssd/pictures.json");
        golden = file.GetProperty("images");
        var sizes = file.GetProperty("sizes").EnumerateArray();
        return ml.Data.LoadFromEnumerable(sizes.Select(size => Draw(size[0].GetInt32(), size[1].GetInt32())).ToArray());
    }

    private static Picture Draw(int width, int height) => new() { Image = Formula.Picture(width, height).ToMLImage() };

    private Detections[] Rows(IDataView view) => [.. ml.Data.CreateEnumerable<Detections>(view, reuseRowObject: false)];

    private static DetectedObject[] Objects(Detections row) => [.. row.Score.Select((score, i) => new DetectedObject(
        new Box(row.PredictedBoundingBoxes[4 * i], row.PredictedBoundingBoxes[4 * i + 1], row.PredictedBoundingBoxes[4 * i + 2],
            row.PredictedBoundingBoxes[4 * i + 3]), (int)row.PredictedLabel[i] - 1, score))];

    private static SchemaShape SchemaShapeOf(IDataView data) => Bridge.ColumnShapes.Of(data.Schema);
}
