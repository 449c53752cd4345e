using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>What the encoder makes of a batch of sentences.</summary>
/// <param name="Annotations_BSc">For each word the forward and the backward state (equation 7), c = 2n; without attention one for the whole
/// sentence, the last forward state, c = n.</param>
/// <param name="Summary_Bn">The state that has read the whole sentence and begins the translation: the backward one at the first word;
/// without attention the last forward one.</param>
internal sealed record RnnSearchAnnotations(Tensor Annotations_BSc, Tensor Summary_Bn);

/// <summary>The bidirectional encoder (section 3.2, appendix A.2.1); for RNNencdec its forward half.</summary>
internal sealed class RnnSearchEncoder : Module
{
    private readonly TokenEmbedding embedding;
    private readonly GatedUnit forwards;
    private readonly GatedUnit? backwards;
    private readonly double dropout;

    public RnnSearchEncoder(RnnSearchNetworkOptions options) : base(nameof(RnnSearchEncoder))
    {
        embedding = new TokenEmbedding(options.SourceVocabulary, options.EmbeddingSize, weight => init.normal_(weight, 0, options.InitialDeviation));
        forwards = new GatedUnit(options.EmbeddingSize, options.HiddenSize);
        backwards = options.Attention ? new GatedUnit(options.EmbeddingSize, options.HiddenSize) : null;
        dropout = options.Dropout;
        RegisterComponents();
        forwards.Initialise(options.InitialDeviation);
        backwards?.Initialise(options.InitialDeviation);
    }

    public RnnSearchAnnotations Read(PaddedTokens source)
    {
        // Time comes first, so that a step's slice lies together in memory.
        Tensor words_SBm = functional.dropout(embedding.call(source.Tokens_NT.t()).to(forwards.Format), dropout, training);
        Tensor[]? moves_B1 = source.Lengths.All(length => length == source.Length) ? null
            : source.Mask_NT.t().to(forwards.Format).unsqueeze(-1).unbind(0);
        Tensor[] ahead_Bn = States(forwards, words_SBm, moves_B1, isReversed: false);
        if (backwards is null)
            return new(ahead_Bn[^1].unsqueeze(1), ahead_Bn[^1]);
        Tensor[] back_Bn = States(backwards, words_SBm, moves_B1, isReversed: true);
        return new(cat([stack(ahead_Bn, 1), stack(back_Bn, 1)], 2), back_Bn[0]);
    }

    // States stay as they are at padding: the last forward one is that of the last word, and the backward ones begin there, at zero.
    private static Tensor[] States(GatedUnit unit, Tensor words_SBm, Tensor[]? moves_B1, bool isReversed)
    {
        Tensor[] reads_B3n = unit.Read(words_SBm).unbind(0);
        Tensor state_Bn = reads_B3n[0].new_zeros(reads_B3n[0].shape[0], unit.HiddenSize);
        var states_Bn = new Tensor[reads_B3n.Length];
        for (int i = 0; i < states_Bn.Length; i++)
        {
            int place = isReversed ? states_Bn.Length - 1 - i : i;
            states_Bn[place] = state_Bn = unit.Next(state_Bn, reads_B3n[place], moves_B1?[place]);
        }
        return states_Bn;
    }
}
