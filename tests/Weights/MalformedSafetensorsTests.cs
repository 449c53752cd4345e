using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Tests.Weights;

[TestClass]
public sealed class MalformedSafetensorsTests
{
    const string Good = """{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""";

    [TestMethod]
    public void TheWellFormedCounterpartIsRead() => Assert.AreEqual("w: Float32 [2, 2]", Open(WeightsSamples.Safetensors(Good, 16)).Entries.Single().ToString());

    [TestMethod]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]""", 16, "header: is not valid JSON")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},}""", 16, "header: is not valid JSON")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}} x""", 16, "header: is not valid JSON")]
    [DataRow("""{"w":{"dtype":"F32","shape":[[[[2]]]],"data_offsets":[0,8]}}""", 8, "header: is not valid JSON")]
    [DataRow("""["w"]""", 0, "header: expected a JSON object, found Array.")]
    [DataRow("""{"w":[0,16]}""", 16, "w: expected an object with dtype, shape and data_offsets, found Array.")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16],"scale":2}}""", 16, "w: expected dtype, shape and data_offsets, found 'scale'.")]
    [DataRow("""{"w":{"dtype":"F8_E4M3","shape":[2,2],"data_offsets":[0,4]}}""", 4, "w: the dtype 'F8_E4M3' is not one that TorchSharp can hold.")]
    [DataRow("""{"w":{"dtype":7,"shape":[2,2],"data_offsets":[0,16]}}""", 16, "w: expected dtype to be a string.")]
    [DataRow("""{"w":{"shape":[2,2],"data_offsets":[0,16]}}""", 16, "w: expected dtype to be a string.")]
    [DataRow("""{"w":{"dtype":"F32","shape":4,"data_offsets":[0,16]}}""", 16, "w: expected shape to be an array.")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2]}}""", 16, "w: expected data_offsets to be an array.")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2.5,2],"data_offsets":[0,16]}}""", 16, "w: expected whole numbers in shape, found 2.5.")]
    [DataRow("""{"w":{"dtype":"F32","shape":["2",2],"data_offsets":[0,16]}}""", 16, "w: expected whole numbers in shape, found \"2\".")]
    [DataRow("""{"w":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}""", 16, "w: no tensor can have the shape [-2, -2].")]
    [DataRow("""{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "w: no tensor can have the shape [4294967296, 4294967296].")]
    [DataRow("""{"w":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}""", 0, "w: no tensor can have the shape [4611686018427387904, 4, 0].")]
    [DataRow("""{"w":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,0]}}""", 0, "w: expected whole numbers in shape, found 9223372036854775808.")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}}""", 12, "w: expected data_offsets 16 bytes apart for F32 [2, 2], found [0, 12].")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[16,0]}}""", 16, "w: expected data_offsets 16 bytes apart for F32 [2, 2], found [16, 0].")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[-16,0]}}""", 16, "w: expected data_offsets 16 bytes apart for F32 [2, 2], found [-16, 0].")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16,32]}}""", 16, "w: expected data_offsets of two numbers.")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}}""", 24, "w: expected its data to begin at 0, where the tensor before it ends, found 8.")]
    [DataRow("""{"v":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"w":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}}""", 12,
        "w: expected its data to begin at 8, where the tensor before it ends, found 4.")]
    [DataRow("""{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "header: is not valid JSON: Duplicate")]
    [DataRow("""{"w":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}""", 1, "header: is not valid JSON: Duplicate")]
    [DataRow("""{"__metadata__":"x"}""", 0, "__metadata__: expected an object of strings, found String.")]
    [DataRow("""{"__metadata__":{"epoch":3}}""", 0, "__metadata__: expected 'epoch' to be a string, found Number.")]
    [DataRow(Good, 15, "the header describes a file of 81 bytes, found 80.")]
    [DataRow(Good, 17, "the header describes a file of 81 bytes, found 82.")]
    public void AHeaderThatLiesIsRefused(string header, int dataLength, string expected)
    {
        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => Open(WeightsSamples.Safetensors(header, dataLength)));
        Assert.StartsWith("some file: " + expected, fault.Message);
    }

    [TestMethod]
    [DataRow(ulong.MaxValue, "header: expected a length of 2 to 100000000 bytes, found 18446744073709551615.")]
    [DataRow(100_000_001UL, "header: expected a length of 2 to 100000000 bytes, found 100000001.")]
    [DataRow(100_000_000UL, "header: claims 100000000 bytes where the file has 73 left.")]
    [DataRow(0UL, "header: expected a length of 2 to 100000000 bytes, found 0.")]
    public void AHeaderLengthThatLiesIsRefusedBeforeMemoryIsTaken(ulong length, string expected)
    {
        byte[] file = WeightsSamples.Safetensors(Good, 16, length);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => Open(file));
        var unseekable = Assert.ThrowsExactly<WeightsFormatException>(() => new SafetensorsReader(new OneWayStream(file)));

        Assert.AreEqual("some file: " + expected, fault.Message);
        Assert.AreEqual("header", unseekable.Item);
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void NamesThatAreNotTextAreRefused()
    {
        byte[] file = WeightsSamples.Safetensors(Good, 16);
        file[10] = 0xFF;

        Assert.ThrowsExactly<WeightsFormatException>(() => Open(file));
    }

    [TestMethod]
    public void AFileCutAnywhereIsRefused()
    {
        byte[] whole = File.ReadAllBytes(WeightsSamples.Golden("small.safetensors"));
        for (int percent = 0; percent < 100; percent++)
        {
            byte[] cut = whole[..(whole.Length * percent / 100)];
            Assert.ThrowsExactly<WeightsFormatException>(() => Open(cut), $"{percent} %");
            Assert.ThrowsExactly<WeightsFormatException>(() => ReadAll(new SafetensorsReader(new OneWayStream(cut))), $"{percent} %, not seekable");
        }
    }

    static SafetensorsReader Open(byte[] file) => new(new MemoryStream(file), "some file");

    static void ReadAll(SafetensorsReader reader)
    {
        foreach (var entry in reader.Entries)
            reader.Read(entry).Dispose();
    }
}
