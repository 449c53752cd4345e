using System.Text.Json;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

[TestClass]
[DoNotParallelize]
public sealed class RnnSearchNetworkTests
{
    private static readonly int[][] Sources = [[4, 5, 6, 2], [7, 2]], Targets = [[4, 5, 8], [6]];

    [TestMethod]
    [DataRow(true, DecoderOrder.PublishedCode), DataRow(true, DecoderOrder.Appendix)]
    [DataRow(false, DecoderOrder.PublishedCode), DataRow(false, DecoderOrder.Appendix)]
    public void TheFormulasOfThePaperGiveTheSame(bool attention, DecoderOrder order)
    {
        using DisposeScope scope = NewDisposeScope();
        using RnnSearchNetwork network = SmallRnnSearch.Create(attention, order);
        JsonElement[] cases = [.. TensorGolden.Read("rnnsearch/forward.json").EnumerateArray().Where(
            sentence => sentence.GetProperty("attention").GetBoolean() == attention && sentence.GetProperty("order").GetString() == order.ToString())];
        Assert.HasCount(3, cases);
        int[][] sources = [.. cases.Select(sentence => Tokens(sentence, "source"))], targets = [.. cases.Select(sentence => Tokens(sentence, "target"))];
        Tensor[] together = SmallRnnSearch.Logits(network, sources, targets);
        for (int i = 0; i < cases.Length; i++)
        {
            float[] expected = Rows(cases[i], "logits").SelectMany(row => row).ToArray();
            TensorGolden.AreClose(expected, SmallRnnSearch.Logits(network, [sources[i]], [targets[i]])[0].flatten().Values(), 1e-5);
            TensorGolden.AreClose(expected, together[i].flatten().Values(), 1e-5);
        }
        Assert.AreEqual(attention, network.HasAlignment);
        if (!attention)
        {
            Assert.ThrowsExactly<NotSupportedException>(() => SmallRnnSearch.Alignment(network, sources, targets));
            return;
        }
        Tensor alignment_BTS = SmallRnnSearch.Alignment(network, sources, targets);
        for (int i = 0; i < cases.Length; i++)
        {
            float[][] rows = Rows(cases[i], "alignment");
            // No weight falls on padding.
            for (int place = 0; place < rows.Length; place++)
                TensorGolden.AreClose([.. rows[place], .. new float[sources.Max(source => source.Length) - rows[place].Length]], alignment_BTS[i, place].Values(), 1e-6);
        }

        static int[] Tokens(JsonElement sentence, string name) => [.. sentence.GetProperty(name).EnumerateArray().Select(token => token.GetInt32())];
        static float[][] Rows(JsonElement sentence, string name) => [.. sentence.GetProperty(name).EnumerateArray().Select(row => row.Floats())];
    }

    [TestMethod]
    public void AllWordsWeighTheSameBeforeTraining()
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new RnnSearchNetwork(SmallRnnSearch.Options);
        Tensor alignment_BTS = SmallRnnSearch.Alignment(network, Sources, Targets);
        CollectionAssert.AreEqual(new[] { 0.25f, 0.25f, 0.25f, 0.25f }, alignment_BTS[0, 0].Values());
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f, 0, 0 }, alignment_BTS[1, 1].Values());
    }

    [TestMethod]
    public void WeightsOfTheSourceSumToOne()
    {
        using DisposeScope scope = NewDisposeScope();
        using RnnSearchNetwork network = SmallRnnSearch.Create();
        Tensor alignment_BTS = SmallRnnSearch.Alignment(network, Sources, Targets);
        foreach (float sum in alignment_BTS.sum(-1).flatten().Values())
            Assert.AreEqual(1, sum, 1e-6);
        Assert.AreNotEqual(alignment_BTS[0, 0, 0].item<float>(), alignment_BTS[0, 0, 1].item<float>());
    }

    [TestMethod]
    [DataRow(DecoderOrder.PublishedCode), DataRow(DecoderOrder.Appendix)]
    public void LaterWordsDoNotChangeEarlierScores(DecoderOrder order)
    {
        using DisposeScope scope = NewDisposeScope();
        using RnnSearchNetwork network = SmallRnnSearch.Create(order: order);
        Tensor one = SmallRnnSearch.Logits(network, [[4, 5, 2]], [[4, 5, 9, 9]])[0], other = SmallRnnSearch.Logits(network, [[4, 5, 2]], [[4, 5, 7, 6]])[0];
        TensorGolden.AreClose(one.narrow(0, 0, 3).flatten().Values(), other.narrow(0, 0, 3).flatten().Values(), 0);
        Assert.IsGreaterThan(1e-3f, (one[3] - other[3]).abs().max().item<float>());
    }

    [TestMethod]
    [DataRow(DecoderOrder.PublishedCode, true), DataRow(DecoderOrder.Appendix, false)]
    public void OnlyInTheOrderOfTheCodeTheAlignmentSeesTheWordBefore(DecoderOrder order, bool sees)
    {
        using DisposeScope scope = NewDisposeScope();
        using RnnSearchNetwork network = SmallRnnSearch.Create(order: order);
        Tensor one = SmallRnnSearch.Alignment(network, [[4, 5, 2]], [[4]])[0, 1], other = SmallRnnSearch.Alignment(network, [[4, 5, 2]], [[7]])[0, 1];
        Assert.AreEqual(sees, (one - other).abs().max().item<float>() > 1e-5);
    }

    [TestMethod]
    [DataRow(true, DecoderOrder.PublishedCode), DataRow(true, DecoderOrder.Appendix)]
    [DataRow(false, DecoderOrder.PublishedCode), DataRow(false, DecoderOrder.Appendix)]
    public void EveryParameterGetsAGradient(bool attention, DecoderOrder order)
    {
        using DisposeScope scope = NewDisposeScope();
        using RnnSearchNetwork network = SmallRnnSearch.Create(attention, order);
        network.train();
        Loss(network).backward();
        foreach ((string name, Parameter parameter) in network.named_parameters())
            Assert.IsGreaterThan(0f, parameter.grad?.abs().max().item<float>() ?? 0, name);
    }

    [TestMethod]
    public void TheGradientOfTheAlignmentIsThatOfFiniteDifferences()
    {
        using DisposeScope scope = NewDisposeScope();
        using RnnSearchNetwork network = SmallRnnSearch.Create();
        network.to(ScalarType.Float64);
        Parameter energy = network.get_parameter("decoder.alignment.energy.weight")!;
        Loss(network).backward();
        double[] gradients = energy.grad!.flatten().data<double>().ToArray();
        using var constant = no_grad();
        for (int i = 0; i < gradients.Length; i++)
        {
            const double step = 1e-5;
            energy[0, i].add_(step);
            double above = Loss(network).item<double>();
            energy[0, i].sub_(2 * step);
            double below = Loss(network).item<double>();
            energy[0, i].add_(step);
            Assert.AreEqual((above - below) / (2 * step), gradients[i], 1e-8);
        }
    }

    [TestMethod]
    public void RecurrentMatricesBeginOrthogonalEachForItself()
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new RnnSearchNetwork(SmallRnnSearch.Options with { HiddenSize = 40 });
        Tensor[] squares = [.. network.named_parameters().Where(entry => IsRecurrent(entry.name)).SelectMany(entry => entry.parameter.detach().split(40))];
        Assert.HasCount(9, squares);
        foreach (Tensor square in squares)
            TensorGolden.AreClose(eye(40).flatten().Values(), square.matmul(square.t()).flatten().Values(), 1e-5);
    }

    [TestMethod]
    public void OtherWeightsBeginAsInThePaper()
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new RnnSearchNetwork(SmallRnnSearch.Options with { HiddenSize = 40, AlignmentSize = 40, EmbeddingSize = 40, MaxoutSize = 20 });
        foreach ((string name, Parameter weight) in network.named_parameters())
        {
            double deviation = weight.detach().square().mean().sqrt().item<float>();
            if (name.EndsWith("bias") || name.EndsWith("energy.weight"))
                Assert.AreEqual(0, deviation, name);
            else if (name.Contains("alignment"))
                Assert.AreEqual(0.001, deviation, 1e-4, name);
            else if (!IsRecurrent(name))
                Assert.AreEqual(0.01, deviation, 2e-3, name);
        }
    }

    [TestMethod]
    [DataRow(true, 80_401_000), DataRow(false, 68_540_000)]
    public void ThePapersSizesGiveThePapersNumberOfWeights(bool attention, long expected)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = new RnnSearchNetwork(new() { SourceVocabulary = 30_000, TargetVocabulary = 30_000, Attention = attention });
        Assert.AreEqual(expected, network.named_parameters().Where(entry => !entry.name.EndsWith("bias")).Sum(entry => entry.parameter.numel()));
    }

    [TestMethod]
    public void FaultyOptionsAreAllNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new RnnSearchNetwork(new()
        {
            SourceVocabulary = -1, EmbeddingSize = 0, HiddenSize = 0, AlignmentSize = 0, MaxoutSize = 0, Order = (DecoderOrder)9, Dropout = 1,
            InitialDeviation = 0, InitialAlignmentDeviation = double.NaN,
        }));
        foreach (string name in new[] { "SourceVocabulary", "TargetVocabulary", "EmbeddingSize", "HiddenSize", "AlignmentSize", "MaxoutSize",
            "Order", "Dropout", "InitialDeviation", "InitialAlignmentDeviation" })
            StringAssert.Contains(error.Message, $"\n  {name}: expected");
    }

    private static bool IsRecurrent(string name) => name.EndsWith("gates.weight") || name.EndsWith("candidate.weight");

    private static Tensor Loss(RnnSearchNetwork network) =>
        nn.functional.cross_entropy(cat(SmallRnnSearch.Logits(network, Sources, Targets)), tensor(new long[] { 4, 5, 8, 2, 6, 2 }));
}
