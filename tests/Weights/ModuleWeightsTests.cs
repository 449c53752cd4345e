using MLNetDeepExtensions.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Weights;

[TestClass]
public sealed class ModuleWeightsTests
{
    [TestMethod]
    public void LoadingUndoesSaving()
    {
        using var scope = NewDisposeScope();
        using var saved = WeightsSamples.Network();
        using var loaded = WeightsSamples.Network();

        var report = loaded.LoadWeights(Saved(saved));

        Assert.IsTrue(report.IsEmpty);
        Assert.AreEqual("All names and shapes agree.", report.ToString());
        AssertSame(saved, loaded);
    }

    [TestMethod]
    public void ChannelsLastWeightsAreSavedAndLoadedInPlace()
    {
        using var scope = NewDisposeScope();
        using var saved = WeightsSamples.Network();
        using var loaded = WeightsSamples.Network();
        MakeChannelsLast(saved);
        MakeChannelsLast(loaded);
        var weight = loaded.get_parameter("conv.weight")!;
        long[] strides = weight.stride();

        loaded.LoadWeights(Saved(saved));

        Assert.IsFalse(weight.is_contiguous());
        Assert.IsTrue(weight.requires_grad);
        CollectionAssert.AreEqual(strides, weight.stride());
        AssertSame(saved, loaded);
    }

    [TestMethod]
    public void APythonCheckpointIsLoadedByItsFile()
    {
        using var scope = NewDisposeScope();
        using var network = WeightsSamples.Network();

        network.LoadWeights(WeightsSamples.Golden("wrapped.pth"));

        // After one step of Adam at rate 0.001, from values k / 4.
        Assert.AreEqual(13.25f, network.get_parameter("conv.weight")!.flatten()[53].item<float>(), 0.01f);
        Assert.AreEqual(1L, network.get_buffer("norm.num_batches_tracked")!.item<long>());
    }

    [TestMethod]
    public void AnythingThatDiffersIsListedAndNothingIsLoaded()
    {
        using var scope = NewDisposeScope();
        using var network = WeightsSamples.Network();
        using var other = nn.Sequential(("conv", nn.Conv2d(3, 4, 3)), ("head", nn.Linear(1, 1)));
        var before = network.get_parameter("conv.weight")!.clone();

        var fault = Assert.ThrowsExactly<WeightsMismatchException>(() => network.LoadWeights(Saved(other)));

        Assert.AreEqual("""
            saved does not fit Sequential; nothing was loaded.
            missing (4):
              norm.weight
              norm.bias
              norm.running_mean
              norm.running_var
            unexpected (2):
              head.weight
              head.bias
            wrong shape (2):
              conv.weight: expected [2, 3, 3, 3], found [4, 3, 3, 3]
              conv.bias: expected [2], found [4]
            """.ReplaceLineEndings("\n"), fault.Message);
        Assert.IsTrue(before.Equals(network.get_parameter("conv.weight")!));
    }

    [TestMethod]
    public void LongListsAreCutWithTheirCount()
    {
        string[] names = [.. Enumerable.Range(1, 12).Select(i => $"layer{i}")];
        string text = new KeyReport(names, [], []).ToString();

        Assert.StartsWith("missing (12):\n  layer1\n", text);
        Assert.EndsWith("\n  layer10\n  and 2 more", text);
    }

    [TestMethod]
    public void DifferencesThatAreAllowedAreReported()
    {
        using var scope = NewDisposeScope();
        using var network = WeightsSamples.Network();
        using var other = nn.Sequential(("conv", nn.Conv2d(3, 2, 3)), ("head", nn.Linear(1, 1)));

        var report = network.LoadWeights(Saved(other), allowMissing: name => name.StartsWith("norm."), allowUnexpected: name => name.StartsWith("head."));

        CollectionAssert.AreEqual(new[] { "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var" }, report.Missing.ToArray());
        CollectionAssert.AreEqual(new[] { "head.weight", "head.bias" }, report.Unexpected.ToArray());
        Assert.IsTrue(network.get_parameter("conv.weight")!.Equals(other.get_parameter("conv.weight")!));
    }

    [TestMethod]
    public void TheCountOfBatchesMayBeMissing()
    {
        using var scope = NewDisposeScope();
        using var network = WeightsSamples.Network();
        using var other = WeightsSamples.Network();

        var report = network.LoadWeights(Saved(other), rename: name => name.EndsWith("num_batches_tracked") ? null : name);

        Assert.IsTrue(report.IsEmpty);
    }

    [TestMethod]
    public void NamesAreTranslatedAndLeftOut()
    {
        using var scope = NewDisposeScope();
        using var conv = nn.Conv2d(3, 2, 3);
        using var network = WeightsSamples.Network();

        var report = conv.LoadWeights(Saved(network), rename: name => name.StartsWith("conv.") ? name["conv.".Length..] : null);

        Assert.IsTrue(report.IsEmpty);
        Assert.IsTrue(conv.weight.Equals(network.get_parameter("conv.weight")!));
    }

    [TestMethod]
    public void TwoTensorsUnderOneNameAreRefused()
    {
        using var scope = NewDisposeScope();
        using var network = WeightsSamples.Network();

        var fault = Assert.ThrowsExactly<ArgumentException>(() => network.LoadWeights(Saved(network), rename: _ => "conv.weight"));

        Assert.StartsWith("saved: both 'norm.num_batches_tracked' and 'conv.weight' are renamed to 'conv.weight'.", fault.Message);
    }

    [TestMethod]
    public void TiedWeightsAreSavedUnderBothNamesAndStayTied()
    {
        using var scope = NewDisposeScope();
        using var saved = new TiedNetwork();
        using var loaded = new TiedNetwork();
        using var source = Saved(saved);

        loaded.LoadWeights(source);

        CollectionAssert.AreEquivalent(new[] { "embedding.weight", "output.weight" }, source.Entries.Select(e => e.Name).ToArray());
        Assert.AreSame(loaded.embedding.weight, loaded.output.weight);
        Assert.IsTrue(loaded.output.weight.Equals(saved.output.weight));
    }

    sealed class TiedNetwork : nn.Module
    {
        internal readonly Linear embedding = nn.Linear(2, 3, hasBias: false), output = nn.Linear(2, 3, hasBias: false);

        internal TiedNetwork()
            : base(nameof(TiedNetwork))
        {
            output.weight = embedding.weight;
            RegisterComponents();
        }
    }

    static SafetensorsReader Saved(nn.Module module)
    {
        var stream = new MemoryStream();
        module.SaveWeights(stream);
        stream.Position = 0;
        return new(stream, "saved");
    }

    static void MakeChannelsLast(nn.Module module)
    {
        using var noGradient = no_grad();
        var weight = module.get_parameter("conv.weight")!;
        weight.set_(weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
    }

    static void AssertSame(nn.Module expected, nn.Module actual)
    {
        var found = actual.state_dict();
        foreach (var (name, tensor) in expected.state_dict())
            Assert.IsTrue(tensor.Equals(found[name]), name);
    }
}
