using System.Text;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

[TestClass]
public sealed class SafetensorsTests
{
    [TestMethod]
    public void ReadingUndoesWritingForEveryType()
    {
        using var scope = NewDisposeScope();
        var written = WeightsSamples.AllTypes.ToDictionary(type => $"of {type}", type => tensor(new[] { 0, 1, 1, 0, 1, 0 }).reshape(2, 3).to(type));
        written["scalar"] = tensor(3.5);
        written["empty"] = empty(0, 4);

        using var reader = new SafetensorsReader(new MemoryStream(Write(written)));

        Assert.AreEqual(written.Count, reader.Entries.Count);
        foreach (var entry in reader.Entries)
        {
            var read = reader.Read(entry);
            Assert.AreEqual(written[entry.Name].dtype, read.dtype, entry.Name);
            Assert.IsTrue(read.Equals(written[entry.Name]), entry.Name);
        }
    }

    [TestMethod]
    public void LayoutInMemoryDoesNotChangeTheFile()
    {
        using var scope = NewDisposeScope();
        var plain = arange(48, dtype: ScalarType.Float32).reshape(2, 4, 3, 2);
        var channelsLast = plain.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

        Assert.IsFalse(channelsLast.is_contiguous());
        CollectionAssert.AreEqual(Write(new() { ["w"] = plain }), Write(new() { ["w"] = channelsLast }));
    }

    [TestMethod]
    public void EqualInputGivesEqualBytes()
    {
        using var scope = NewDisposeScope();
        var weights = ones(3);
        byte[] one = Write(new() { ["b"] = weights, ["a"] = weights }, new() { ["x"] = "1", ["y"] = "2" });
        byte[] other = Write(new() { ["b"] = weights, ["a"] = weights }, new() { ["y"] = "2", ["x"] = "1" });

        CollectionAssert.AreEqual(one, other);
        string expected = """{"__metadata__":{"x":"1","y":"2"},"b":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"a":{"dtype":"F32","shape":[3],"data_offsets":[12,24]}}""";
        Assert.AreEqual(expected, Encoding.UTF8.GetString(one, 8, BitConverter.ToInt32(one)).TrimEnd(' '));
    }

    [TestMethod]
    public void TheLengthIsKnownBeforeWriting()
    {
        using var scope = NewDisposeScope();
        var writer = new SafetensorsWriter(new Dictionary<string, Tensor> { ["odd"] = ones(7, dtype: ScalarType.Int8), ["wide"] = ones(5) });
        var stream = new MemoryStream();

        writer.WriteTo(stream);

        Assert.AreEqual(stream.Length, writer.Length);
    }

    [TestMethod]
    public void EveryTensorIsAlignedToItsElements()
    {
        using var scope = NewDisposeScope();
        byte[] file = Write(new() { ["odd"] = ones(7, dtype: ScalarType.Int8), ["half"] = ones(3, dtype: ScalarType.Float16), ["wide"] = ones(1, dtype: ScalarType.Int64) });
        using var reader = new SafetensorsReader(new MemoryStream(file));

        Assert.AreEqual(0, BitConverter.ToInt64(file) % 8);
        CollectionAssert.AreEqual(new[] { "wide", "half", "odd" }, reader.Entries.Select(entry => entry.Name).ToArray());
    }

    [TestMethod]
    public void AReadTensorKeepsTheTargetsStridesTypeAndGradient()
    {
        using var scope = NewDisposeScope();
        var values = arange(48, dtype: ScalarType.Float32).reshape(2, 4, 3, 2);
        using var reader = new SafetensorsReader(new MemoryStream(Write(new() { ["w"] = values })));
        var target = zeros(2, 3, 2, 4).permute(0, 3, 1, 2).to(ScalarType.BFloat16).requires_grad_();
        long[] strides = target.stride();

        reader.ReadInto(reader.Entries[0], target);

        Assert.IsTrue(target.requires_grad);
        Assert.IsTrue(target.is_leaf);
        CollectionAssert.AreEqual(strides, target.stride());
        Assert.IsTrue(target.to(ScalarType.Float32).Equals(values));
    }

    [TestMethod]
    public void TensorsOfAnotherShapeAreNotOverwritten()
    {
        using var scope = NewDisposeScope();
        using var reader = new SafetensorsReader(new MemoryStream(Write(new() { ["w"] = ones(2, 3) })));
        var target = zeros(3, 2);

        var fault = Assert.ThrowsExactly<ArgumentException>(() => reader.ReadInto(reader.Entries[0], target));

        Assert.StartsWith("w has shape [2, 3], its target [3, 2].", fault.Message);
        Assert.AreEqual(0f, target.sum().item<float>());
    }

    [TestMethod]
    public void AStreamThatCannotSeekIsReadInItsOrder()
    {
        using var scope = NewDisposeScope();
        byte[] file = Write(new() { ["a"] = ones(50), ["b"] = zeros(60), ["c"] = arange(70f) });
        using var reader = new SafetensorsReader(new OneWayStream(file));

        Assert.AreEqual(1f, reader.Read(reader.Entries.Single(e => e.Name == "a")).mean().item<float>());
        Assert.AreEqual(69f, reader.Read(reader.Entries.Single(e => e.Name == "c")).max().item<float>());
    }

    [TestMethod]
    public void AStreamThatCannotSeekDoesNotGoBack()
    {
        using var scope = NewDisposeScope();
        using var reader = new SafetensorsReader(new OneWayStream(Write(new() { ["a"] = ones(5), ["b"] = zeros(6) })));
        reader.Read(reader.Entries[1]);

        Assert.ThrowsExactly<InvalidOperationException>(() => reader.Read(reader.Entries[0]));
    }

    [TestMethod]
    public void AFileInsideAnotherStreamIsReadWhereItStands()
    {
        using var scope = NewDisposeScope();
        var stream = new MemoryStream([1, 2, 3, .. Write(new() { ["a"] = ones(5), ["b"] = full(6, 2f) })]) { Position = 3 };
        using var reader = new SafetensorsReader(stream);

        Assert.AreEqual(12f, reader.Read(reader.Entries[1]).sum().item<float>());
    }

    [TestMethod]
    public void MetadataAndNamesOfAnyScriptComeBack()
    {
        using var scope = NewDisposeScope();
        const string Name = "Größe \"量\"\n";
        using var reader = new SafetensorsReader(new MemoryStream(Write(new() { [Name] = ones(1) }, new() { [Name] = Name })));

        Assert.AreEqual(Name, reader.Entries.Single().Name);
        Assert.AreEqual(Name, reader.Metadata[Name]);
    }

    [TestMethod]
    public void BytesOtherThanZeroAndOneAreTrue()
    {
        using var scope = NewDisposeScope();
        byte[] file = WeightsSamples.Safetensors("""{"b":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", 2);
        file[^1] = 0xFE;
        using var reader = new SafetensorsReader(new MemoryStream(file));

        CollectionAssert.AreEqual(new byte[] { 0, 1 }, reader.Read(reader.Entries[0]).bytes.ToArray());
    }

    [TestMethod]
    public void WhatTheFormatCannotHoldIsRefused()
    {
        using var scope = NewDisposeScope();
        var tensor = ones(1);
        var twice = new[] { KeyValuePair.Create("a", tensor), KeyValuePair.Create("a", tensor) };

        Assert.AreEqual("The tensor name 'a' is given twice.", Assert.ThrowsExactly<ArgumentException>(() => new SafetensorsWriter(twice)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => Write(new() { ["__metadata__"] = tensor }));
        Assert.ThrowsExactly<ArgumentException>(() => Write(new() { ["c"] = zeros(1, dtype: ScalarType.ComplexFloat32) }));
    }

    static byte[] Write(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        var stream = new MemoryStream();
        new SafetensorsWriter(tensors, metadata).WriteTo(stream);
        return stream.ToArray();
    }
}
