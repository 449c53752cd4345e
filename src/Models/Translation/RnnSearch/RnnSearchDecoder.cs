using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>What the decoder needs of a batch of sources, computed once. The context c enters only through matrices, and a weighted mean of
/// products is the product of the weighted mean: so the matrices are applied to the annotations.</summary>
/// <param name="State_Bn">The first state s_0.</param>
/// <param name="Keys_BSa">U_a h; null without attention.</param>
/// <param name="Gates_BS3n">C_z h, C_r h and C h side by side.</param>
/// <param name="Output_BS2l">C_o h.</param>
/// <param name="Padding_BS">True where there is no word; null without attention.</param>
internal sealed record RnnSearchContext(Tensor State_Bn, Tensor? Keys_BSa, Tensor Gates_BS3n, Tensor Output_BS2l, Tensor? Padding_BS);

/// <summary>Where given translations lead the decoder.</summary>
/// <param name="States_BTn">The state at each word, s_i-1.</param>
/// <param name="Words_BTm">Embedding of the word before; zero at the first.</param>
/// <param name="Weights_BTS">Weight of each annotation (equation 6).</param>
internal sealed record RnnSearchPath(Tensor States_BTn, Tensor Words_BTm, Tensor Weights_BTS);

/// <summary>What a step of decoding leaves to the next.</summary>
/// <param name="State_BWn">The state: before the word that is now chosen is read.</param>
/// <param name="Gates_BW3n">C_z c, C_r c and C c side by side, of the context of the step.</param>
internal sealed record RnnSearchState(Tensor State_BWn, Tensor Gates_BW3n);

/// <summary>The decoder (section 3.1, appendix A.2.2).</summary>
internal sealed class RnnSearchDecoder : Module
{
    private readonly TokenEmbedding embedding;
    private readonly GatedUnit unit;
    private readonly Linear context, first;
    private readonly AlignmentModel? alignment;
    private readonly DeepOutput output;
    private readonly DecoderOrder order;
    private readonly double dropout;

    public RnnSearchDecoder(RnnSearchNetworkOptions options) : base(nameof(RnnSearchDecoder))
    {
        int annotationSize = (options.Attention ? 2 : 1) * options.HiddenSize;
        embedding = new TokenEmbedding(options.TargetVocabulary, options.EmbeddingSize, weight => init.normal_(weight, 0, options.InitialDeviation));
        unit = new GatedUnit(options.EmbeddingSize, options.HiddenSize);
        context = Linear(annotationSize, 3 * options.HiddenSize, hasBias: false);
        first = Linear(options.HiddenSize, options.HiddenSize);
        alignment = options.Attention ? new AlignmentModel(options.HiddenSize, annotationSize, options.AlignmentSize) : null;
        output = new DeepOutput(options, annotationSize);
        (order, dropout) = (options.Order, options.Dropout);
        RegisterComponents();
        unit.Initialise(options.InitialDeviation);
        alignment?.Initialise(options.InitialAlignmentDeviation);
        RnnSearchInitialisation.Normal(context, options.InitialDeviation);
        RnnSearchInitialisation.Normal(first, options.InitialDeviation);
    }

    public RnnSearchContext Prepare(RnnSearchAnnotations annotations, PaddedTokens source) => new(
        first.call(annotations.Summary_Bn).tanh(), alignment?.Keys(annotations.Annotations_BSc), context.call(annotations.Annotations_BSc),
        output.Read(annotations.Annotations_BSc), alignment is null ? null : source.Mask_NT.logical_not());

    /// <summary>All steps of given translations; only what depends on the state runs step by step.</summary>
    /// <param name="source">What the sources give.</param>
    /// <param name="target">The words before each that is predicted; the last is the last that is read.</param>
    public RnnSearchPath Follow(RnnSearchContext source, PaddedTokens target)
    {
        Tensor words_TBm = functional.dropout(WordsBefore(target.Tokens_NT.t()), dropout, training);
        // In the order of the published code a step reads the word that it predicted, which is the word before the next.
        Tensor read_TBm = order == DecoderOrder.PublishedCode ? words_TBm[1..] : words_TBm[..^1];
        Tensor[] reads_B3n = read_TBm.shape[0] == 0 ? [] : unit.Read(read_TBm).unbind(0);
        var states_Bn = new List<Tensor> { source.State_Bn };
        var weights_B1S = new List<Tensor>();
        foreach (Tensor read_B3n in reads_B3n)
        {
            weights_B1S.Add(Weights(source, states_Bn[^1].unsqueeze(1)));
            Tensor context_B3n = bmm(weights_B1S[^1], source.Gates_BS3n).squeeze(1);
            states_Bn.Add(unit.Next(states_Bn[^1], read_B3n + context_B3n));
        }
        weights_B1S.Add(Weights(source, states_Bn[^1].unsqueeze(1)));
        return new(stack(states_Bn, 1), words_TBm.transpose(0, 1), cat(weights_B1S, 1));
    }

    /// <summary>Scores [M, V] of the words that follow those of the target.</summary>
    public Tensor Scores(RnnSearchContext source, RnnSearchPath path, PaddedTokens target) => output.Scores(
        target.Real(path.States_BTn), target.Real(path.Words_BTm), target.Real(bmm(path.Weights_BTS, source.Output_BS2l)));

    /// <summary>One step for W states of each sentence.</summary>
    /// <param name="source">What the sources give.</param>
    /// <param name="before">What the step before left; null at the first.</param>
    /// <param name="tokens_BW">The word before, which is not read at the first step.</param>
    public (Tensor Logits_BWV, RnnSearchState Left) Step(RnnSearchContext source, RnnSearchState? before, Tensor tokens_BW)
    {
        Tensor word_BWm = embedding.call(tokens_BW).to(unit.Format);
        if (before is null)
            word_BWm = word_BWm.new_zeros(word_BWm.shape);
        Tensor state_BWn = before?.State_BWn ?? source.State_Bn.unsqueeze(1);
        if (order == DecoderOrder.PublishedCode && before is not null)
            state_BWn = Next(state_BWn, word_BWm, before.Gates_BW3n);
        Tensor weights_BWS = Weights(source, state_BWn);
        Tensor gates_BW3n = bmm(weights_BWS, source.Gates_BS3n);
        Tensor logits_BWV = output.Scores(state_BWn, word_BWm, bmm(weights_BWS, source.Output_BS2l));
        return (logits_BWV, new(order == DecoderOrder.Appendix ? Next(state_BWn, word_BWm, gates_BW3n) : state_BWn, gates_BW3n));
    }

    private Tensor Next(Tensor state_BWn, Tensor word_BWm, Tensor gates_BW3n) =>
        unit.Next(state_BWn.flatten(0, 1), (unit.Read(word_BWm) + gates_BW3n).flatten(0, 1)).view(state_BWn.shape);

    // Without attention there is one annotation, and its weight is 1.
    private Tensor Weights(RnnSearchContext source, Tensor states_BWn) => alignment is null
        ? states_BWn.new_ones(states_BWn.shape[0], states_BWn.shape[1], 1)
        : alignment.Weights(states_BWn, source.Keys_BSa!, source.Padding_BS!);

    // There is no embedding of the start token: before the first word stands nothing.
    private Tensor WordsBefore(Tensor target_TB)
    {
        Tensor words_TBm = embedding.call(target_TB[1..]).to(unit.Format);
        return cat([words_TBm.new_zeros(1, target_TB.shape[1], embedding.Size), words_TBm], 0);
    }
}
