using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

/// <summary>Small RNNsearch networks and what they give.</summary>
internal static class SmallRnnSearch
{
    /// <summary>The sizes of golden/rnnsearch/make_forward.py.</summary>
    public static RnnSearchNetworkOptions Options { get; } = new()
    {
        SourceVocabulary = 11, TargetVocabulary = 13, EmbeddingSize = 6, HiddenSize = 5, AlignmentSize = 7, MaxoutSize = 4,
    };

    /// <summary>A network whose weights are the formula's.</summary>
    public static RnnSearchNetwork Create(bool attention = true, DecoderOrder order = default) =>
        Formula.Fill(new RnnSearchNetwork(Options with { Attention = attention, Order = order }));

    public static PaddedTokens Padded(int[][] sentences) => PaddedTokens.Of(sentences, 0, CPU);

    /// <summary>What the decoder reads of translations without start and end.</summary>
    public static PaddedTokens Read(int[][] targets) => Padded([.. targets.Select(target => (int[])[1, .. target])]);

    /// <summary>Scores of each sentence.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sources">Tokens with the end token.</param>
    /// <param name="targets">Tokens without start and end.</param>
    public static Tensor[] Logits(RnnSearchNetwork network, int[][] sources, int[][] targets) =>
        network.Logits(Padded(sources), Read(targets)).split([.. targets.Select(target => target.Length + 1L)]);

    /// <summary>Weights of the source words.</summary>
    public static Tensor Alignment(RnnSearchNetwork network, int[][] sources, int[][] targets) => network.Alignment(Padded(sources), Read(targets));
}
