using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

/// <summary>Generators with the state names of the authors' PyTorch code; results are a transcription's, see golden/cyclegan/make_golden.py.</summary>
[TestClass]
public sealed class CycleGanCheckpointTests
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly IDisposable constant = no_grad();

    [TestCleanup]
    public void Free()
    {
        constant.Dispose();
        scope.Dispose();
    }

    [TestMethod]
    [DataRow(9, "")]
    [DataRow(6, "")]
    [DataRow(6, "module.")]
    [DataRow(6, "_orig_mod.")]
    public void APublishedGeneratorLoadsAndReproduces(int blocks, string prefix)
    {
        var options = new CycleGanNetworkOptions { ResidualBlocks = blocks };
        using var net = new CycleGanGenerator(options);
        Dictionary<string, Tensor> state = Formula.State(Keys($"generator{blocks}"));
        PretrainedReport report = Load(net, state.ToDictionary(entry => prefix + entry.Key, entry => entry.Value));

        Assert.IsEmpty(report.Untouched);
        TensorGolden.AreClose(Golden($"generator{blocks}").GetProperty("output"), net.call(Formula.Uniform("image", 1, 3, 24, 20)), 1e-4);
    }

    [TestMethod]
    public void TheDiscriminatorReproduces()
    {
        using PatchDiscriminator net = Formula.Fill(new PatchDiscriminator(new()));
        TensorGolden.AreClose(Golden("discriminator").GetProperty("output"), net.call(Formula.Uniform("image", 2, 3, 40, 32)), 1e-4);
    }

    [TestMethod]
    public void StatisticsThatOlderFilesHaveAreLeftOut()
    {
        using var net = new CycleGanGenerator(new() { ResidualBlocks = 6 });
        Dictionary<string, Tensor> state = Formula.State(Keys("generator6"));
        foreach (string norm in (string[])["model.2", "model.5", "model.10.conv_block.2", "model.20"])
            (state[$"{norm}.running_mean"], state[$"{norm}.running_var"], state[$"{norm}.num_batches_tracked"]) = (ones(64), ones(64), ones(1));
        Assert.IsEmpty(Load(net, state).Untouched);
    }

    [TestMethod]
    public void AGeneratorWithDropoutIsRefused()
    {
        using var net = new CycleGanGenerator(new() { ResidualBlocks = 6 });
        Dictionary<string, Tensor> state = Formula.State(Keys("generator6"))
            .ToDictionary(entry => entry.Key.Replace("conv_block.5", "conv_block.6", StringComparison.Ordinal), entry => entry.Value);
        string message = Assert.ThrowsExactly<WeightsMismatchException>(() => Load(net, state)).Message;
        Assert.Contains("model.10.conv_block.5.weight", message);
        Assert.Contains("model.10.conv_block.6.weight", message);
    }

    [TestMethod]
    public void AGeneratorOfAnotherDepthIsRefused()
    {
        using var net = new CycleGanGenerator(new() { ResidualBlocks = 6 });
        string message = Assert.ThrowsExactly<WeightsFormatException>(() => Load(net, Formula.State(Keys("generator9")))).Message;
        Assert.Contains("a generator of pytorch-CycleGAN-and-pix2pix with 6 blocks", message);
    }

    private static PretrainedReport Load(CycleGanGenerator net, Dictionary<string, Tensor> state)
    {
        int blocks = (net.state_dict().Count - 12) / 4;
        return PretrainedWeights.Load(net, new StateSource(state), CycleGanCheckpoints.Generators(new() { ResidualBlocks = blocks }));
    }

    private static System.Text.Json.JsonElement Golden(string name) => TensorGolden.Read("cyclegan/networks.json").GetProperty(name);

    private static IEnumerable<string> Keys(string network) => Golden(network).GetProperty("keys").EnumerateArray().Select(key => key.GetString()!);
}
