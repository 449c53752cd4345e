using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

[TestClass]
public sealed class PyTorchCheckpointTests
{
    [TestMethod]
    public void BothFormatsHoldWhatPythonSaved()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = WeightsFile.Open(WeightsSamples.Golden("small.pth"));
        using var safetensors = WeightsFile.Open(WeightsSamples.Golden("small.safetensors"));

        Assert.IsInstanceOfType<PyTorchCheckpoint>(checkpoint);
        Assert.IsInstanceOfType<SafetensorsReader>(safetensors);
        Assert.AreEqual("hand", safetensors.Metadata["made by"]);
        CollectionAssert.AreEquivalent(safetensors.Entries.Select(e => e.ToString()).ToArray(), checkpoint.Entries.Select(e => e.ToString()).ToArray());
        foreach (var entry in checkpoint.Entries)
        {
            Tensor expected = safetensors.Read(safetensors.Entries.Single(e => e.Name == entry.Name));
            Assert.IsTrue(checkpoint.Read(entry).Equals(expected), entry.Name);
            var target = empty([.. entry.Shape], dtype: entry.Type);
            checkpoint.ReadInto(entry, target);
            Assert.IsTrue(target.Equals(expected), $"{entry.Name} in place");
        }
    }

    [TestMethod]
    [DataRow("float16", new double[] { -2, -1, 0, 1, 2, 3 })]
    [DataRow("bfloat16", new double[] { -2, -1, 0, 1, 2, 3 })]
    [DataRow("int64", new double[] { -2, -1, 0, 1, 2, 3 })]
    [DataRow("uint8", new double[] { 250, 251, 252, 253, 254, 255 })]
    [DataRow("bool", new double[] { 0, 1, 0, 1, 1, 0 })]
    [DataRow("scalar", new double[] { 7 })]
    [DataRow("parameter", new double[] { 0, .125 })]
    [DataRow("view", new double[] { .5, .625, .75, .875, 1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875 })]
    [DataRow("transposed", new double[] { 0, .75, 1.5, 2.25, .125, .875, 1.625, 2.375, .25, 1, 1.75, 2.5, .375, 1.125, 1.875, 2.625, .5, 1.25, 2, 2.75, .625, 1.375, 2.125, 2.875 })]
    [DataRow("strided", new double[] { .125, .375, .625, .875, 1.125, 1.375, 1.625, 1.875, 2.125, 2.375, 2.625, 2.875 })]
    [DataRow("expanded", new double[] { .625, .625, .625, .625, .625, .625 })]
    [DataRow("Ünïcode.名", new double[] { 1 })]
    public void ViewsOfStoragesHaveTheirValues(string name, double[] expected)
    {
        using var scope = NewDisposeScope();
        using var source = WeightsFile.Open(WeightsSamples.Golden("small.pth"));
        var read = source.Read(source.Entries.Single(entry => entry.Name == name));

        CollectionAssert.AreEqual(expected, read.to(ScalarType.Float64).flatten().data<double>().ToArray());
    }

    [TestMethod]
    public void TheOnlyStateDictionaryIsUnwrapped()
    {
        using var source = WeightsFile.Open(WeightsSamples.Golden("wrapped.pth"));

        CollectionAssert.AreEqual(
            new[] { "conv.weight", "conv.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked" },
            source.Entries.Select(entry => entry.Name).ToArray());
    }

    [TestMethod]
    public void SeveralStateDictionariesKeepTheirNames()
    {
        using var source = WeightsFile.Open(WeightsSamples.Golden("two_models.pth"));

        CollectionAssert.AreEqual(new[] { "generator.weight: Float32 [2]", "discriminator.weight: Float32 [3]" }, source.Entries.Select(e => e.ToString()).ToArray());
    }

    [TestMethod]
    [DataRow("legacy.pth", "is a bare pickle, as PyTorch before 1.6 wrote: load it in PyTorch and save it again with torch.save(state_dict, path).")]
    [DataRow("program.pt", "is a TorchScript program; save its weights alone, as in torch.save(model.state_dict(), path).")]
    [DataRow("big_endian.pth", "byteorder: expected little, found big: save the file on a little-endian machine.")]
    [DataRow("whole_module.pth", "data.pkl: torch.nn.modules.container.Sequential has no place in a weights file and was not called; "
        + "save the tensors alone, as in torch.save(model.state_dict(), path), before byte 41.")]
    public void OtherFilesOfPyTorchAreRefusedWithAWayOut(string file, string expected)
    {
        string path = WeightsSamples.Golden(file);
        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => WeightsFile.Open(path));

        Assert.AreEqual($"{path}: {expected}", fault.Message);
    }

    [TestMethod]
    [DataRow(new byte[0], "is empty.")]
    [DataRow(new byte[] { 137, 72, 68, 70 }, "expected safetensors or a file written by torch.save, found a file that starts with 89484446.")]
    public void FilesOfOtherFormatsAreNamed(byte[] content, string expected)
    {
        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => WeightsFile.Open(new MemoryStream(content), "x"));

        Assert.AreEqual("x: " + expected, fault.Message);
    }

    [TestMethod]
    public void AFileCutAnywhereIsRefused()
    {
        byte[] whole = File.ReadAllBytes(WeightsSamples.Golden("small.pth"));
        for (int percent = 0; percent < 100; percent++)
            Assert.ThrowsExactly<WeightsFormatException>(() => ReadAll(whole[..(whole.Length * percent / 100)]), $"{percent} %");
    }

    [TestMethod]
    public void AnyChangedByteIsHarmlessOrRefused()
    {
        byte[] whole = File.ReadAllBytes(WeightsSamples.Golden("small.pth"));
        int refused = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= (byte)(1 << (i % 8));
            try
            {
                ReadAll(changed);
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
        }
        Assert.IsGreaterThan(1000, refused);
    }

    [TestMethod]
    public void ASourceClosesItsFile()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.Copy(WeightsSamples.Golden("small.pth"), path);
        WeightsFile.Open(path).Dispose();

        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose))
            Assert.IsTrue(File.Exists(path));
    }

    static void ReadAll(byte[] file)
    {
        using var scope = NewDisposeScope();
        using var source = WeightsFile.Open(new MemoryStream(file), "changed");
        foreach (var entry in source.Entries)
            source.Read(entry);
    }
}
