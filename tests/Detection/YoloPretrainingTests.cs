using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Tests.Training;
using MLNetDeepExtensions.Tests.Weights;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Detection;

/// <summary>Darknet's files in pipelines.</summary>
[TestClass]
public sealed class YoloPretrainingTests
{
    private static readonly YoloNetworkOptions Network =
        new() { Variant = YoloVariant.FastYolo, ImageSize = 64, GridSize = 2, Boxes = 1, Classes = 2 };

    private static readonly TemporaryFolder folder = new();
    private static string weights = "";
    private static float[] lastConvolution = [];

    private readonly MLContext ml = new(seed: 1);

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new GlobalRandomState(1);
        using YoloNetwork trained = YoloNetwork.Create(Network);
        lastConvolution = trained.state_dict()["features.8.weight"].Values();
        weights = folder.PathOf("fast.weights");
        File.WriteAllBytes(weights, DarknetSamples.Bytes(DarknetHeader.Long, DarknetSamples.Numbers(trained, DarknetHeader.Long)));
    }

    [ClassCleanup]
    public static void Remove() => folder.Dispose();

    [TestMethod]
    public void ADetectorOfDarknetNeedsNoTraining()
    {
        using DisposeScope scope = NewDisposeScope();
        IDataView pictures = ml.Data.LoadFromEnumerable(DetectionScenes.Generate(2, seed: 1));

        using YoloDetectionTransformer model = ml.Transforms.DetectObjects(weights, Network, ["cat", "dog"]).Fit(pictures);

        CollectionAssert.AreEqual(lastConvolution, model.UseNetwork(network => network.state_dict()["features.8.weight"].Values()));
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, model.Labels.ToArray());
        Assert.AreEqual(2, model.Transform(pictures).GetColumn<float[]>("Score").Count());
    }

    [TestMethod]
    public void TrainingStartsFromAFileOfOtherClasses()
    {
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.RawMessage);
        string safetensors = folder.PathOf("two-classes.safetensors");
        using (YoloDetectionTransformer two = ml.Transforms.DetectObjects(weights, Network, ["cat", "dog"]).Fit(Pictures()))
            two.SaveWeights(safetensors);

        using YoloDetectionTransformer three = ml.ObjectDetection.Trainers.Yolo(new YoloDetectionTrainer.Options
        {
            Network = Network, PretrainedWeights = safetensors, MaxEpochs = 1, BatchSize = 4, LearningRate = 1e-12,
        }).Fit(Pictures());

        Assert.Contains($"Starting from {safetensors}: Darknet's or saved weights of FastYolo; these layers keep their first weights: fc3.", log);
        TensorGolden.AreClose(lastConvolution[..1000], three.UseNetwork(network =>
        {
            using DisposeScope scope = NewDisposeScope();
            return network.state_dict()["features.8.weight"].Values();
        })[..1000], 1e-6);
    }

    [TestMethod]
    public void AFileOfAnotherNetworkIsRefused()
    {
        string cut = folder.PathOf("cut.weights");
        File.WriteAllBytes(cut, File.ReadAllBytes(weights)[..^4]);

        foreach ((string path, YoloNetworkOptions network) in new[] { (cut, Network), (weights, Network with { Classes = 3 }), (weights, Network with { Variant = YoloVariant.Yolo }) })
        {
            string[] labels = network.Classes == 2 ? ["cat", "dog"] : ["cat", "dog", "cow"];
            var fault = Assert.ThrowsExactly<WeightsFormatException>(() => ml.Transforms.DetectObjects(path, network, labels).Fit(Pictures()));
            Assert.Contains($"or Darknet weights of {network.Variant} with {network.Classes} classes (", fault.Message);
        }
        Assert.ThrowsExactly<WeightsFormatException>(
            () => ml.Transforms.DetectObjects(weights, Network with { Variant = YoloVariant.Residual, GridSize = 4 }, ["cat", "dog"]).Fit(Pictures()));
    }

    private IDataView Pictures() => ml.Data.LoadFromEnumerable(SmallDetectors.GoodRows(4));
}
