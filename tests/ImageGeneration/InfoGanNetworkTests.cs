using System.Text.Json;
using MLNetDeepExtensions.ImageGeneration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class InfoGanNetworkTests
{
    private static readonly InfoGanNetworkOptions Small = InfoGanNetworkOptions.Chairs with { ImageSize = 16, Width = 1.0 / 32 };

    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    /// <summary>Counted by hand from appendix C: dense layers and convolutions with biases, batch normalisation with factor and shift.</summary>
    [TestMethod]
    [DataRow("Mnist", 6_652_481L, 6_558_144L + 1_025 + 133_262)]
    [DataRow("Svhn", 2_800_835L, 659_648L + 4_097 + 530_864)]
    [DataRow("CelebA", 2_908_355L, 659_648L + 4_097 + 537_572)]
    [DataRow("Faces", 8_684_737L, 8_524_224L + 1_025 + 10_250)]
    [DataRow("Chairs", 19_778_625L, 19_534_528L + 64_575)]
    public void ParametersAreAsManyAsInAppendixC(string data, long generator, long discriminator)
    {
        var options = (InfoGanNetworkOptions)typeof(InfoGanNetworkOptions).GetProperty(data)!.GetValue(null)!;
        using var network = new InfoGanNetwork(options);
        Assert.AreEqual(generator, network.Generator.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(discriminator, network.Discriminator.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void WithAFixedDeviationTheCodesNeedTwoOutputsLess()
    {
        using var network = new InfoGanNetwork(new() { LearnsDeviation = false });
        Assert.AreEqual(6_558_144 + 1_025 + 133_004, network.Discriminator.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow("evaluation")]
    [DataRow("training")]
    public void NetworksEqualPyTorchs(string mode)
    {
        JsonElement golden = TensorGolden.Read("infogan/networks.json").GetProperty(mode);
        using var network = Formula.Fill(new InfoGanNetwork(Small));
        network.train(mode == "training");
        using var constant = no_grad();
        TensorGolden.AreClose(golden.GetProperty("images"), network.call(Formula.Uniform("inputs", 4, 189)), 1e-5);
        InfoGanOutput output = network.Discriminator.Judge(Formula.Uniform("image", 4, 1, 16, 16));
        TensorGolden.AreClose(golden.GetProperty("realness"), output.Realness_N, 1e-4);
        TensorGolden.AreClose(golden.GetProperty("codes"), output.Codes_NP, 1e-4);
    }

    /// <summary>The defining property of a transposed convolution, which padding that is not symmetric breaks easily.</summary>
    [TestMethod]
    [DataRow(1), DataRow(2)]
    public void TheTransposedConvolutionIsTheAdjoint(int stride)
    {
        using Convolution down = SameConvolution.Create(3, 5, stride), up = SameConvolution.CreateTransposed(5, 3, stride);
        using var constant = no_grad();
        up.weight.copy_(stride == 2 ? down.weight : down.weight.flip(2, 3).transpose(0, 1));
        down.bias!.zero_();
        up.bias!.zero_();
        Tensor x = Formula.Uniform("x", 2, 3, 8, 8), y = Formula.Uniform("y", 2, 5, 8 / stride, 8 / stride);
        float one = (SameConvolution.Apply(down, stride, x) * y).sum().item<float>(), other = (x * SameConvolution.ApplyTransposed(up, stride, y)).sum().item<float>();
        Assert.AreEqual(one, other, 1e-3f * Math.Abs(one) + 1e-4f);
    }

    [TestMethod]
    public void EveryParameterGetsAGradient()
    {
        using var network = new InfoGanNetwork(Small);
        InfoGanInputs inputs = InfoGanInputs.Random(Small, 4, CPU);
        InfoGanOutput output = network.Discriminator.Judge(network.call(inputs.Inputs_NI));
        (InfoGanLoss.Generator(output.Realness_N) - InfoGanLoss.CategoricalInformation(Small, output.Codes_NP, inputs)!
            - InfoGanLoss.ContinuousInformation(Small, output.Codes_NP, inputs)!).backward();
        string[] without = [.. network.named_parameters().Where(parameter => parameter.parameter.grad is null).Select(parameter => parameter.name)];
        Assert.IsEmpty(without, string.Join(", ", without));
    }

    [TestMethod]
    public void ImagesAreOfTheSizeAskedForAndWithinTheirRange()
    {
        foreach ((InfoGanArchitecture architecture, int side) in new[] { (InfoGanArchitecture.Mnist, 20), (InfoGanArchitecture.Svhn, 48), (InfoGanArchitecture.Faces, 16), (InfoGanArchitecture.Chairs, 8) })
        {
            var options = new InfoGanNetworkOptions { Architecture = architecture, ImageSize = side, Channels = 3, Width = 1.0 / 16 };
            using var network = new InfoGanNetwork(options);
            Tensor images = network.call(InfoGanInputs.Random(options, 2, CPU).Inputs_NI);
            CollectionAssert.AreEqual(new long[] { 2, 3, side, side }, images.shape);
            Assert.IsLessThanOrEqualTo(1, images.abs().max().item<float>());
        }
    }

    [TestMethod]
    public void FaultsNameWhatWasExpected()
    {
        var options = new InfoGanNetworkOptions { ImageSize = 30, Channels = 2, CategoricalCodes = [1], ContinuousCodes = -1, NoiseSize = 0, Width = 0 };
        string message = Assert.ThrowsExactly<ArgumentException>(() => new InfoGanNetwork(options)).Message;
        foreach (string fault in (string[])["ImageSize: expected a multiple of 4 up to 256 with Mnist, got 30.", "Channels: expected 1 or 3, got 2.",
            "CategoricalCodes: expected 2 to 1000 values for each, got 1.", "ContinuousCodes: expected 0 to 1000, got -1.", "NoiseSize: expected 1 to 10000, got 0.",
            "Width: expected above 0 to 8, got 0."])
            Assert.Contains(fault, message);
        Assert.Contains("at least one code", new InfoGanNetworkOptions { CategoricalCodes = [], ContinuousCodes = 0 }.Faults().Single());
    }
}
