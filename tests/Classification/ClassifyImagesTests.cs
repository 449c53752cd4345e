using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Classification;

[TestClass]
public sealed class ClassifyImagesTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();
    private static readonly ClassificationOptions Whole = new() { View = ClassificationView.Warp, BatchSize = 2 };

    [TestCleanup]
    public void Free() => folder.Dispose();

    [TestMethod]
    [DataRow("network.pth", true)]
    [DataRow("network.safetensors", true)]
    [DataRow("network.pth", false)]
    public void ScoresAreTheNetworksProbabilities(string file, bool hasBlocks)
    {
        SENetNetworkOptions options = Bars.Network with { Classes = 3, SqueezeExcitation = hasBlocks ? SqueezeExcitationOptions.Timm : null };
        using var network = Formula.Fill(new SENetNetwork(options));
        if (file.EndsWith(".pth"))
            PyTorchFile.Write(folder.PathOf(file), network);
        else
            network.SaveWeights(folder.PathOf(file));
        using SENetClassificationTransformer model = ml.Transforms.ClassifyImages(
            folder.PathOf(file), options with { Classes = 0 }, Bars.Names, options: Whole).Fit(Bars.View(ml, 1, seed: 1));
        RgbImage[] images = [.. Bars.Generate(5, seed: 1).Select(picture => picture.Image.ToRgbImage())];

        float[][] scores = [.. model.Transform(Bars.View(ml, 5, seed: 1)).GetColumn<float[]>("Score")];

        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        network.eval();
        float[] expected = nn.functional.softmax(network.call(ImageBatch.Warp(images, Bars.Side)), 1).flatten().data<float>().ToArray();
        foreach ((float one, float other) in expected.Zip(scores.SelectMany(row => row)))
            Assert.AreEqual(one, other, 1e-4f);
        CollectionAssert.AreEqual(Bars.Names, model.Labels.ToArray());
    }

    [TestMethod]
    public void OtherSettingsShareTheWeights()
    {
        using var network = Formula.Fill(new SENetNetwork(Bars.Network with { Classes = 3 }));
        network.SaveWeights(folder.PathOf("network.safetensors"));
        SENetClassificationTransformer model = ml.Transforms.ClassifyImages(
            folder.PathOf("network.safetensors"), Bars.Network, Bars.Names, options: Whole).Fit(Bars.View(ml, 1, seed: 1));
        using SENetClassificationTransformer other = model.With(new ClassificationOptions { CropFraction = 0.5 });
        IDataView data = Bars.View(ml, 3, seed: 1);
        float[] scores = [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];

        Assert.IsFalse(scores.SequenceEqual(other.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)));
        using SENetClassificationTransformer back = other.With(Whole);
        model.Dispose();
        CollectionAssert.AreEqual(scores, back.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row).ToArray());
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.With(Whole));
        Assert.Contains("BatchSize", Assert.ThrowsExactly<ArgumentException>(() => back.With(new ClassificationOptions { BatchSize = 0 })).Message);
    }

    [TestMethod]
    public void FaultsAreListed()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => ml.Transforms.ClassifyImages(
            "network.pth", Bars.Network with { Classes = 4, ImageSize = 1 }, Bars.Names, options: new ClassificationOptions { BatchSize = 0 }));
        foreach (string name in (string[])["network.ImageSize", "options.BatchSize", "labels"])
            Assert.Contains($"\n  {name}: ", fault.Message);
    }

    [TestMethod]
    public void AFileOfAnotherNetworkIsRefused()
    {
        using var network = new SENetNetwork(Bars.Network with { Classes = 3, SqueezeExcitation = null });
        network.SaveWeights(folder.PathOf("plain.safetensors"));
        Assert.ThrowsExactly<WeightsFormatException>(() => ml.Transforms.ClassifyImages(folder.PathOf("plain.safetensors"), Bars.Network, Bars.Names).Fit(Bars.View(ml, 1, seed: 1)));
        File.WriteAllText(folder.PathOf("text"), "no weights");
        Assert.ThrowsExactly<WeightsFormatException>(() => ml.Transforms.ClassifyImages(folder.PathOf("text"), Bars.Network, Bars.Names).Fit(Bars.View(ml, 1, seed: 1)));
    }
}
