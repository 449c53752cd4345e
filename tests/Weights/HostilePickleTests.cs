using MLNetDeepExtensions.Weights;
using TorchSharp;
using static MLNetDeepExtensions.Tests.Weights.WeightsSamples;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

[TestClass]
public sealed class HostilePickleTests
{
    static readonly byte[] Storage = new byte[16];

    [TestMethod]
    [DataRow("\u0080\u0002cos\nsystem\nX\u0004\0\0\0echo\u0085R.", "os.system")]
    [DataRow("\u0080\u0002cposix\nsystem\nX\u0004\0\0\0echo\u0085R.", "posix.system")]
    [DataRow("\u0080\u0002c__builtin__\neval\nX\u0001\0\0\01\u0085R.", "__builtin__.eval")]
    [DataRow("\u0080\u0004\u0095\u0010\0\0\0\0\0\0\0\u008c\u0008builtins\u008c\u0004eval\u0093\u008c\u00011\u0085R.", "builtins.eval")]
    [DataRow("\u0080\u0002(ios\nsystem\n.", "os.system")]
    [DataRow("\u0080\u0002ctorch\nload\nX\u0001\0\0\0x\u0085R.", "torch.load")]
    [DataRow("\u0080\u0002ctorch\nComplexFloatStorage\n.", "torch.ComplexFloatStorage")]
    [DataRow("\u0080\u0002ctorch._utils\n_rebuild_sparse_tensor\n.", "torch._utils._rebuild_sparse_tensor")]
    [DataRow("\u0080\u0002cargparse\nNamespace\n)\u0081}b.", "argparse.Namespace")]
    public void EveryOtherGlobalIsRefusedByName(string pickle, string name)
    {
        var fault = Refused(pickle);

        Assert.StartsWith($"x: data.pkl: {name} has no place in a weights file and was not called;", fault.Message);
    }

    [TestMethod]
    [DataRow("", "expected 1 more bytes, found 0, before byte 0.")]
    [DataRow("\u0080\u0002}", "expected 1 more bytes, found 0, before byte 3.")]
    [DataRow("\u0080\u0001}.", "expected pickle protocol 2 to 5, found 1, before byte 2.")]
    [DataRow("\u0080\u0002.", "the stack is empty, before byte 3.")]
    [DataRow("\u0080\u0002}.", "holds no tensors under string keys.")]
    [DataRow("\u0080\u0002].", "expected a dictionary of tensors, as state_dict() gives.")]
    [DataRow("\u0080\u0002t.", "expected a mark, before byte 3.")]
    [DataRow("\u0080\u0002}(s.", "the stack is empty, before byte 5.")]
    [DataRow("\u0080\u0002}(Nu.", "expected a dictionary and pairs to set in it, before byte 6.")]
    [DataRow("\u0080\u0002Na.", "the stack is empty, before byte 4.")]
    [DataRow("\u0080\u0002NNa.", "expected a list to append to, before byte 5.")]
    [DataRow("\u0080\u0002h\u0007.", "memo 7 is empty, before byte 4.")]
    [DataRow("\u0080\u0002}r\u00ff\u00ff\u00ff\u00ff.", "expected memo indices below 4000000, found 4294967295, before byte 8.")]
    [DataRow("\u0080\u0002X\u00ff\u00ff\u00ff\u00ff.", "expected 4294967295 more bytes, found 1, before byte 7.")]
    [DataRow("\u0080\u0002\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.", "expected 18446744073709551615 more bytes, found 1, before byte 11.")]
    [DataRow("\u0080\u0002\u008c\u0001\u00ff.", "expected UTF-8 text, before byte 5.")]
    [DataRow("\u0080\u0002cos", "expected a line end, before byte 3.")]
    [DataRow("\u0080\u0002U\u0001x.", "operation 0x55 has no place in a weights file, before byte 3.")]
    [DataRow("\u0080\u0002N)R.", "expected a call of a function with a tuple of arguments, before byte 5.")]
    [DataRow("\u0080\u0002ccollections\nOrderedDict\nK\u0001\u0085R.", "the arguments of OrderedDictionary describe nothing that can be built, before byte 31.")]
    [DataRow("\u0080\u0002NNb.", "expected attributes on dictionaries only, before byte 5.")]
    [DataRow("\u0080\u0002)Q.", "expected the identifier of a storage of known element type, before byte 4.")]
    public void MalformedPicklesAreRefused(string pickle, string expected) => Assert.AreEqual("x: data.pkl: " + expected, Refused(pickle).Message);

    [TestMethod]
    [DataRow(4, 1, new[] { 4 }, new[] { 1 }, DisplayName = "past the end")]
    [DataRow(4, 0, new[] { 2, 2 }, new[] { 3, 1 }, DisplayName = "strides past the end")]
    [DataRow(4, -1, new[] { 4 }, new[] { 1 }, DisplayName = "before the start")]
    [DataRow(4, 0, new[] { -4 }, new[] { 1 }, DisplayName = "negative extent")]
    [DataRow(4, 3, new[] { 4 }, new[] { -1 }, DisplayName = "negative stride")]
    [DataRow(4, 0, new[] { 4 }, new[] { 1, 1 }, DisplayName = "more strides than extents")]
    [DataRow(4, 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { 0, 0, 0 }, DisplayName = "overflowing size")]
    [DataRow(4, 0, new[] { int.MaxValue, 2 }, new[] { int.MaxValue, 1 }, DisplayName = "overflowing extent")]
    [DataRow(4, 5, new[] { 0 }, new[] { 1 }, DisplayName = "empty past the end")]
    public void TensorsOutsideTheirStorageAreRefused(int storage, int offset, int[] shape, int[] strides)
    {
        var fault = Refused("\u0080\u0002}" + PickledText("w") + PickledTensor(storage, offset, shape, strides) + "s.");

        Assert.StartsWith("x: data.pkl: the arguments of RebuildTensor describe nothing that can be built", fault.Message);
    }

    [TestMethod]
    public void StoragesOfAnotherLengthThanClaimedAreRefused()
    {
        var fault = Refused("\u0080\u0002}" + PickledText("w") + PickledTensor(int.MaxValue, 0, [int.MaxValue], [1]) + "s.");

        Assert.AreEqual("x: data/0: expected 8589934588 bytes for 2147483647 elements of Float32, found 16.", fault.Message);
    }

    [TestMethod]
    public void StoragesThatAreNotThereAreRefused()
    {
        byte[] file = Checkpoint(Pickle("\u0080\u0002}" + PickledText("w") + PickledTensor(4, 0, [4], [1]) + "s."));

        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => WeightsFile.Open(new MemoryStream(file), "x"));
        Assert.AreEqual("x: data/0: is missing from the archive.", fault.Message);
    }

    [TestMethod]
    public void AnExpandedTensorTakesNoMoreThanItsStorage()
    {
        using var scope = NewDisposeScope();
        byte[] file = Checkpoint(Pickle("\u0080\u0002}" + PickledText("w") + PickledTensor(4, 1, [1 << 20, 1 << 20], [0, 0]) + "s."), ("data/0", Storage));
        using var source = WeightsFile.Open(new MemoryStream(file), "x");

        CollectionAssert.AreEqual(new long[] { 0, 0 }, source.Read(source.Entries.Single()).stride());
    }

    [TestMethod]
    public void DeepNestingEndsInAnErrorNotInAStackOverflow()
    {
        const int Depth = 500_000;
        string lists = string.Concat(Enumerable.Repeat("]", Depth)) + string.Concat(Enumerable.Repeat("a", Depth - 1));
        string dictionaries = string.Concat(Enumerable.Repeat("}\u008c\u0001k", Depth)) + "N" + string.Concat(Enumerable.Repeat("s", Depth));

        Assert.EndsWith("expected a dictionary of tensors, as state_dict() gives.", Refused($"\u0080\u0002{lists}.").Message);
        Assert.EndsWith("dictionaries are nested more than 16 deep.", Refused($"\u0080\u0002{dictionaries}.").Message);
    }

    [TestMethod]
    public void CircularAndMultipliedDictionariesEnd()
    {
        string circular = "\u0080\u0002}q\0" + PickledText("me") + "h\0s.";
        string doubled = "\u0080\u0002}q\0" + string.Concat(Enumerable.Repeat("0}(" + PickledText("a") + "h\0" + PickledText("b") + "h\0uq\0", 15)) + ".";

        Assert.EndsWith("holds no tensors under string keys.", Refused(circular).Message);
        Assert.EndsWith("holds no tensors under string keys.", Refused(doubled).Message);
    }

    [TestMethod]
    public void MoreOperationsThanAnyModelNeedsAreRefused()
    {
        byte[] pickle = new byte[5_000_000];
        pickle.AsSpan().Fill((byte)'}');

        var fault = Assert.ThrowsExactly<WeightsFormatException>(() => WeightsFile.Open(new MemoryStream(Checkpoint(pickle)), "x"));
        Assert.StartsWith("x: data.pkl: expected at most 4000000 operations", fault.Message);
    }

    [TestMethod]
    public void TheSameNameTwiceIsRefused()
    {
        string tensor = PickledTensor(4, 0, [4], [1]);
        var fault = Refused("\u0080\u0002}(" + PickledText("a.b") + tensor + PickledText("a") + "}" + PickledText("b") + tensor + "su.");

        Assert.AreEqual("x: a.b: two tensors have this name once their dictionaries are joined.", fault.Message);
    }

    static WeightsFormatException Refused(string pickle)
    {
        byte[] file = Checkpoint(Pickle(pickle), ("data/0", Storage));
        return Assert.ThrowsExactly<WeightsFormatException>(() => WeightsFile.Open(new MemoryStream(file), "x"));
    }
}
