using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

/// <summary>Files in Darknet's format, written here byte by byte.</summary>
[TestClass]
public sealed class DarknetFileTests
{
    /// <summary>2 x 2 cells, one box, one class: small enough for a test, in the paper's layers.</summary>
    private static readonly YoloNetworkOptions Options =
        new() { Variant = YoloVariant.FastYolo, ImageSize = 64, GridSize = 2, Boxes = 1, Classes = 2 };

    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free()
    {
        scope.Dispose();
        folder.Dispose();
    }

    public enum Header
    {
        /// <summary>Version 0.1, images seen in 4 bytes.</summary>
        Short,

        /// <summary>Version 0.2, images seen in 8 bytes.</summary>
        Long,

        /// <summary>2015: rate, momentum, decay; the weights of fully connected layers are transposed.</summary>
        Rates,
    }

    [TestMethod]
    [DataRow(Header.Short)]
    [DataRow(Header.Long)]
    [DataRow(Header.Rates)]
    public void TensorsAreReadInTheNetworksOrder(Header header)
    {
        DarknetTensor[] layout =
        [
            new("features.0.bias", [2]), new("features.0.weight", [2, 1, 1, 2]), new("fc1.bias", [3]) { Rows = [2, 0, 1] },
            new("fc1.weight", [3, 2], IsConnection: true) { Rows = [2, 0, 1] },
        ];
        // Rows 0, 1, 2 of the file's matrix are (11, 12), (13, 14), (15, 16).
        float[] matrix = header == Header.Rates ? [11, 13, 15, 12, 14, 16] : [11, 12, 13, 14, 15, 16];
        using var file = new DarknetFile(new MemoryStream(Bytes(header, [1, 2, 3, 4, 5, 6, 7, 8, 9, .. matrix])), "test", ("small", layout));

        CollectionAssert.AreEqual(new[] { "features.0.bias", "features.0.weight", "fc1.bias", "fc1.weight" }, file.Entries.Select(entry => entry.Name).ToArray());
        float[][] expected = [[1, 2], [3, 4, 5, 6], [9, 7, 8], [15, 16, 11, 12, 13, 14]];
        for (int i = 0; i < expected.Length; i++)
        {
            Tensor target = zeros([.. file.Entries[i].Shape], dtype: ScalarType.Float64);
            file.ReadInto(file.Entries[i], target);
            CollectionAssert.AreEqual(expected[i], file.Read(file.Entries[i]).Values());
            CollectionAssert.AreEqual(expected[i], target.Values());
        }
    }

    [TestMethod]
    [DataRow(Header.Long)]
    [DataRow(Header.Rates)]
    public void ANetworkInAFileGivesWhatItGaveInDarknet(Header header)
    {
        using var net = Formula.Fill(YoloNetwork.Create(Options));
        string path = folder.PathOf("fast.weights");
        File.WriteAllBytes(path, Bytes(header, Darknet(net.state_dict(), header == Header.Rates)));
        using var loaded = YoloNetwork.Create(Options);

        using (IWeightsSource file = YoloCheckpoints.Open(path, Options))
            PretrainedWeights.Load(loaded, file, YoloCheckpoints.Detectors(Options));

        foreach ((string name, Tensor value) in net.state_dict())
            Assert.IsTrue(value.allclose(loaded.state_dict()[name]), name);
    }

    /// <summary>Darknet's order of the paper's 1470 numbers: 980 classes, 98 confidences, 98 boxes.</summary>
    [TestMethod]
    public void ThePlanarResultIsBroughtIntoTheOrderOfTheCells()
    {
        long[] rows = YoloDarknetLayout.OutputRows(new YoloNetworkOptions { Classes = 20 });

        Assert.HasCount(1470, rows);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 1470).Select(row => (long)row).ToArray(), rows);
        // Cell 3 x 7 + 5 = 26: box 1 stands at 1078 + 4 (2 x 26 + 1), its confidence at 980 + 2 x 26 + 1, its class 7 at 20 x 26 + 7.
        CollectionAssert.AreEqual(new long[] { 1290, 1291, 1292, 1293, 1033 }, rows[(26 * 30 + 5)..(26 * 30 + 10)]);
        Assert.AreEqual(527, rows[26 * 30 + 10 + 7]);
    }

    [TestMethod]
    [DataRow(YoloVariant.Yolo, 1_086_814_200L)]
    [DataRow(YoloVariant.FastYolo, 180_357_496L)]
    public void LengthsAreThoseOfThePapersNetworks(YoloVariant variant, long bytes) =>
        Assert.AreEqual(bytes, 4 * YoloDarknetLayout.Whole(new YoloNetworkOptions { Variant = variant, Classes = 20 }).Tensors.Sum(tensor => tensor.ElementCount));

    [TestMethod]
    public void AFileOfAnotherLengthIsRefusedBeforeAnythingIsRead()
    {
        byte[] whole = Bytes(Header.Long, new float[6]);
        foreach (byte[] wrong in (byte[][])[whole[..^1], [.. whole, 0], whole[..^4], whole[..10], "no weights at all"u8.ToArray()])
        {
            var fault = Assert.ThrowsExactly<WeightsFormatException>(
                () => new DarknetFile(new MemoryStream(wrong), "bad.weights", ("small", [new DarknetTensor("a", [2, 3])])));
            Assert.StartsWith("bad.weights: expected safetensors, a file written by torch.save, or Darknet weights of small (", fault.Message);
            Assert.EndsWith($"found {wrong.Length} bytes.", fault.Message);
        }
    }

    [TestMethod]
    public void WeightsOfTheFirstConvolutionsStartTheWholeNetwork()
    {
        using var net = Formula.Fill(YoloNetwork.Create(Options));
        Dictionary<string, Tensor> state = net.state_dict();
        string path = folder.PathOf("fast.conv.weights");
        File.WriteAllBytes(path, Bytes(Header.Short, [.. YoloDarknetLayout.Pretrained(Options).Tensors.SelectMany(tensor => state[tensor.Name].Values())]));
        using var loaded = YoloNetwork.Create(Options);

        using IWeightsSource file = YoloCheckpoints.Open(path, Options);
        PretrainedReport report = PretrainedWeights.Load(loaded, file, YoloCheckpoints.ToStartFrom(Options));

        Assert.IsTrue(report.Untouched.All(name => name.StartsWith("fc", StringComparison.Ordinal)));
        Assert.IsTrue(state["features.8.weight"].allclose(loaded.state_dict()["features.8.weight"]));
        Assert.ThrowsExactly<WeightsFormatException>(() => PretrainedWeights.Load(loaded, file, YoloCheckpoints.Detectors(Options)));
    }

    /// <summary>The network's numbers in Darknet's order, planar result included.</summary>
    private static float[] Darknet(Dictionary<string, Tensor> state, bool isTransposed) => [.. YoloDarknetLayout.Whole(Options).Tensors.SelectMany(tensor =>
    {
        using DisposeScope inner = NewDisposeScope();
        Tensor value = state[tensor.Name];
        if (tensor.Rows is { } rows)
            value = empty_like(value).index_copy_(0, torch.tensor(rows), value);
        return (isTransposed && tensor.IsConnection ? value.t() : value).Values();
    })];

    private static byte[] Bytes(Header header, float[] numbers)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        if (header == Header.Rates)
            foreach (float rate in (float[])[1e-3f, 0.9f, 5e-4f])
                writer.Write(rate);
        else
            foreach (int version in (int[])[0, header == Header.Short ? 1 : 2, 0])
                writer.Write(version);
        if (header == Header.Long)
            writer.Write(12345L);
        else
            writer.Write(12345);
        foreach (float number in numbers)
            writer.Write(number);
        return stream.ToArray();
    }
}
