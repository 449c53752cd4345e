using Microsoft.ML;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Detection;

[TestClass]
public sealed class SSDPretrainingTests
{
    private static readonly SSDNetworkOptions Vgg = new() { Classes = 2 };
    private static readonly SSDNetworkOptions ResNet = new() { Backbone = DetectionBackbone.ResNet18, ImageSize = 96, Classes = 2 };

    /// <summary>Layers of ssd.pytorch's "vgg" and what torchvision calls them.</summary>
    private static readonly (int Number, string Name)[] Trunk =
    [
        .. new[] { 0, 2, 5, 7, 10, 12, 14, 17, 19, 21 }.Select(layer => (layer, $"backbone.features.{layer}")),
        (24, "backbone.extra.0.1"), (26, "backbone.extra.0.3"), (28, "backbone.extra.0.5"),
        (31, "backbone.extra.0.7.1"), (33, "backbone.extra.0.7.3"),
    ];

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void ADetectorOfOtherClassesGivesAllButItsClassLayers()
    {
        SSDNetworkOptions small = ResNet with { Backbone = DetectionBackbone.ResNet18HalfWidth };
        SSDNetwork source = new(small with { Classes = 5 }), target = new(small);
        PretrainedReport report = Load(target, source.state_dict());
        string[] classLayers = [.. target.state_dict().Keys.Where(name => name.StartsWith("head.classification_head."))];
        CollectionAssert.AreEquivalent(classLayers, report.Untouched.ToArray());
        AreEqual(source.state_dict(), target, name => !classLayers.Contains(name));
        StringAssert.Contains(report.ToString(), "these layers keep their first weights: head.classification_head.module_list.0, head.");
    }

    [TestMethod]
    public void NamesOfSsdPytorchAreUnderstood()
    {
        SSDNetwork source = new(Vgg), target = new(Vgg);
        Dictionary<string, Tensor> state = source.state_dict();
        PretrainedReport report = Load(target, Renamed(state, AmdegrootNames()));
        Assert.IsEmpty(report.Untouched);
        Assert.AreEqual("SSD300 of ssd.pytorch (amdegroot): all weights.", report.ToString());
        AreEqual(state, target, _ => true);
    }

    [TestMethod]
    public void ReducedVgg16FillsTheTrunk()
    {
        SSDNetwork source = new(Vgg), target = new(Vgg);
        var names = Trunk.SelectMany(layer => WeightAndBias(layer.Name, $"{layer.Number}")).ToDictionary();
        Dictionary<string, Tensor> state = source.state_dict();
        PretrainedReport report = Load(target, Renamed(state, names));
        CollectionAssert.AreEquivalent(state.Keys.Except(names.Keys).ToArray(), report.Untouched.ToArray());
        AreEqual(state, target, names.ContainsKey);
    }

    [TestMethod]
    public void DenseLayersOfVgg16AreDecimated()
    {
        using SSDNetwork target = new(Vgg);
        Dictionary<string, Tensor> vgg16 = TorchvisionVgg16(target);
        vgg16["classifier.0.weight"] = arange(4096 * 8, dtype: ScalarType.Float32).view(4096, 8).repeat(1, 25088 / 8);
        PretrainedReport report = Load(target, vgg16);
        Assert.IsFalse(report.Untouched.Any(name => name.StartsWith("backbone.features.") || name.StartsWith("backbone.extra.0.")));
        Tensor fc6 = target.get_parameter("backbone.extra.0.7.1.weight")!, fc7 = target.get_parameter("backbone.extra.0.7.3.weight")!;
        Assert.AreEqual(vgg16["classifier.0.weight"][20, 7 * 49 + 3 * 7 + 6].item<float>(), fc6[5, 7, 1, 2].item<float>());
        Assert.AreEqual(vgg16["classifier.3.weight"][12, 40].item<float>(), fc7[3, 10, 0, 0].item<float>());
        Assert.AreEqual(20f, target.get_parameter("backbone.extra.0.7.1.bias")![5].item<float>());
        CollectionAssert.AreEqual(vgg16["features.28.bias"].Values(), target.get_parameter("backbone.extra.0.5.bias")!.Values());
    }

    [TestMethod]
    public void ADenseLayerThatIsNotFiniteIsLeftOut()
    {
        using SSDNetwork target = new(Vgg);
        Dictionary<string, Tensor> vgg16 = TorchvisionVgg16(target);
        vgg16["classifier.0.bias"] = full(4096, float.NaN);
        string[] left = [.. Load(target, vgg16).Untouched.Where(name => name.StartsWith("backbone.extra.0."))];
        CollectionAssert.AreEquivalent(new[] { "backbone.extra.0.7.1.weight", "backbone.extra.0.7.1.bias" }, left);
        Assert.IsTrue(target.parameters().All(parameter => parameter.isfinite().all().item<bool>()));
    }

    [TestMethod]
    [DataRow(DetectionBackbone.ResNet18, "resnet18", "ssd")]
    [DataRow(DetectionBackbone.SEResNet18, "seresnet18", "senet")]
    public void AResidualClassifierGivesItsStages(DetectionBackbone backbone, string name, string theme)
    {
        SSDNetworkOptions options = ResNet with { Backbone = backbone };
        SSDNetwork source = new(options), target = new(options with { BackboneNormalisation = Normalisation.FrozenBatch });
        const string Prefix = "backbone.features.";
        Dictionary<string, Tensor> classifier = source.state_dict().Where(entry => entry.Key.StartsWith(Prefix))
            .ToDictionary(entry => entry.Key[Prefix.Length..], entry => entry.Value);
        (classifier["fc.weight"], classifier["fc.bias"]) = (zeros(1000, 512), zeros(1000));
        string[] golden = [.. TensorGolden.Keys(name, theme).Select(line => line.Split(' ')[0])];
        CollectionAssert.AreEquivalent(golden, classifier.Keys);

        PretrainedReport report = Load(target, classifier);
        Assert.IsTrue(report.Untouched.Count > 0 && !report.Untouched.Any(name => name.StartsWith(Prefix)));
        AreEqual(source.state_dict(), target, name => name.StartsWith(Prefix));
    }

    [TestMethod]
    public void OtherWeightsAreRefusedWithWhatWasExpected()
    {
        using SSDNetwork target = new(ResNet);
        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => Load(target, TorchvisionVgg16(new SSDNetwork(Vgg))));
        StringAssert.StartsWith(fault.Message,
            "state: expected one of the kinds of weights below, found 30 tensors such as features.0.weight, features.0.bias, ");
        StringAssert.EndsWith(fault.Message, "\n  saved weights of SSD with a residual backbone, with backbone.features.conv1.weight, "
            + "head.classification_head.module_list.0.weight"
            + "\n  torchvision's resnet18 to resnet152 or resnext50_32x4d, with conv1.weight, layer4.0.conv1.weight");
    }

    [TestMethod]
    public void AnotherBackboneOfTheSameKindIsRefusedByItsShapes()
    {
        using SSDNetwork source = new(ResNet with { Backbone = DetectionBackbone.ResNet18HalfWidth }), target = new(ResNet);
        var fault = Assert.ThrowsExactly<WeightsMismatchException>(() => Load(target, source.state_dict()));
        StringAssert.Contains(fault.Message, "backbone.features.conv1.weight: expected [64, 3, 7, 7], found [32, 3, 7, 7]");
    }

    [TestMethod]
    public void TrainingStartsFromTheFileAndLogsWhatIsLeftOut()
    {
        using var folder = new TemporaryFolder();
        SSDNetworkOptions small = ResNet with { Backbone = DetectionBackbone.ResNet18HalfWidth };
        using SSDNetwork saved = new(small with { Classes = 7 });
        saved.SaveWeights(folder.PathOf("detector.safetensors"));
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.Message);
        IDataView train = ml.Data.LoadFromEnumerable(DetectionScenes.Generate(8, seed: 1));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.ObjectDetection.Trainers.SSD(
            new SSDDetectionTrainer.Options
            {
                Network = small, PretrainedWeights = folder.PathOf("detector.safetensors"),
                MaxEpochs = 1, BatchSize = 8, LearningRate = 1e-12,
            }));

        using SSDDetectionTransformer model = pipeline.Fit(train).LastTransformer;
        model.UseNetwork(network => AreClose(saved, network));
        Assert.Contains(line => line.Contains("Starting from") && line.Contains("head.classification_head.module_list.0"), log);
    }

    [TestMethod]
    public void AMissingFileIsToldWhenTheTrainerIsMade()
    {
        var ml = new MLContext(seed: 1);
        var fault = Assert.ThrowsExactly<ArgumentException>(
            () => ml.ObjectDetection.Trainers.SSD(new SSDDetectionTrainer.Options { PretrainedWeights = "nowhere.pth" }));
        StringAssert.Contains(fault.Message, "PretrainedWeights: there is no file 'nowhere.pth'.");
    }

    private static PretrainedReport Load(SSDNetwork target, IReadOnlyDictionary<string, Tensor> state) =>
        PretrainedWeights.Load(target, new StateSource(state), SSDCheckpoints.ToStartFrom(target.Options), SSDCheckpoints.DependsOnClasses);

    private static bool AreClose(SSDNetwork saved, SSDNetwork trained)
    {
        foreach (var (name, parameter) in trained.named_parameters())
            if (!SSDCheckpoints.DependsOnClasses(name))
                TensorGolden.AreClose(saved.get_parameter(name)!.Values(), parameter.Values(), 1e-6);
        return true;
    }

    private static void AreEqual(Dictionary<string, Tensor> expected, SSDNetwork actual, Predicate<string> compared)
    {
        foreach (var (name, value) in actual.state_dict().Where(entry => compared(entry.Key)))
            Assert.IsTrue(expected[name].Equals(value), name);
    }

    private static Dictionary<string, Tensor> Renamed(Dictionary<string, Tensor> state, Dictionary<string, string> names) =>
        state.Where(entry => names.ContainsKey(entry.Key)).ToDictionary(entry => names[entry.Key], entry => entry.Value);

    private static Dictionary<string, string> AmdegrootNames()
    {
        IEnumerable<(string, string)> layers = [
            .. Trunk.Select(layer => (layer.Name, $"vgg.{layer.Number}")),
            .. Enumerable.Range(0, 8).Select(k => ($"backbone.extra.{k / 2 + 1}.{(k % 2 == 0 ? 0 : 2)}", $"extras.{k}")),
            .. Enumerable.Range(0, 6).Select(k => ($"head.classification_head.module_list.{k}", $"conf.{k}")),
            .. Enumerable.Range(0, 6).Select(k => ($"head.regression_head.module_list.{k}", $"loc.{k}")),
        ];
        return layers.SelectMany(layer => WeightAndBias(layer.Item1, layer.Item2))
            .Append(new("backbone.scale_weight", "L2Norm.weight")).ToDictionary();
    }

    private static IEnumerable<KeyValuePair<string, string>> WeightAndBias(string ours, string theirs) =>
        [new($"{ours}.weight", $"{theirs}.weight"), new($"{ours}.bias", $"{theirs}.bias")];

    /// <summary>The network's convolutions under torchvision's names, and dense layers with one number in all places of a row.</summary>
    private static Dictionary<string, Tensor> TorchvisionVgg16(SSDNetwork network)
    {
        var names = Trunk.Where(layer => layer.Number < 31)
            .SelectMany(layer => WeightAndBias(layer.Name, $"features.{layer.Number}")).ToDictionary();
        Dictionary<string, Tensor> state = network.state_dict().Where(entry => names.ContainsKey(entry.Key))
            .ToDictionary(entry => names[entry.Key], entry => entry.Value.detach().clone());
        Tensor rows = arange(4096, dtype: ScalarType.Float32);
        (state["classifier.0.weight"], state["classifier.0.bias"]) = (rows.view(4096, 1).expand(4096, 25088), rows);
        (state["classifier.3.weight"], state["classifier.3.bias"]) = (rand(4096, 4096), rows);
        return state;
    }
}
