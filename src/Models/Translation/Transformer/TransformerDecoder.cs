using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>A layer of the decoder: self-attention to what stands before, attention to the source, then position-wise (section 3.1, figure 1
/// right).</summary>
internal sealed class TransformerDecoderLayer : TransformerLayer
{
    private readonly MultiHeadAttention self_attn, encoder_attn;
    private readonly LayerNorm self_attn_layer_norm, encoder_attn_layer_norm;

    public TransformerDecoderLayer(TransformerNetworkOptions options) : base(options, nameof(TransformerDecoderLayer))
    {
        self_attn = Attention(options);
        encoder_attn = Attention(options);
        self_attn_layer_norm = Normalise(options);
        encoder_attn_layer_norm = Normalise(options);
        RegisterComponents();
    }

    /// <summary>Keys and values of the source [N, S, d], the same for every target token.</summary>
    public KeysAndValues RememberSource(Tensor memory_NSD) => encoder_attn.Remember(memory_NSD);

    /// <summary>All target tokens at once.</summary>
    /// <param name="x_NTD">Their vectors.</param>
    /// <param name="source">Keys and values of the source.</param>
    /// <param name="mask_N11S">True for source tokens, false for padding.</param>
    public Tensor Run(Tensor x_NTD, KeysAndValues source, Tensor mask_N11S)
    {
        using var scope = NewDisposeScope();
        return FeedForward(AttendSource(AttendTarget(x_NTD), source, mask_N11S)).MoveToOuterDisposeScope();
    }

    /// <summary>How strongly each target token attends to each source token: Float32 [N, T, S].</summary>
    public Tensor Alignment(Tensor x_NTD, KeysAndValues source, Tensor mask_N11S)
    {
        using var scope = NewDisposeScope();
        return encoder_attn.Weights(Input(AttendTarget(x_NTD), encoder_attn_layer_norm), source, mask_N11S).MoveToOuterDisposeScope();
    }

    /// <summary>The next token of each row, with what came before remembered.</summary>
    /// <param name="x_R1D">Its vector.</param>
    /// <param name="cache">Keys and values of the tokens so far; those of this one are added.</param>
    /// <param name="source">Keys and values of the source, for each sentence.</param>
    /// <param name="mask_N11S">True for source tokens, false for padding, for each sentence.</param>
    public Tensor Step(Tensor x_R1D, TransformerCache cache, KeysAndValues source, Tensor mask_N11S)
    {
        using var scope = NewDisposeScope();
        Tensor attended_R1D = Sublayer(x_R1D, self_attn_layer_norm, x => self_attn.Attend(x, cache.Add(self_attn.Remember(x).ForSingleQueries())));
        // The rows of a sentence stand together: to the source they are like so many queries of one sentence.
        Tensor grouped_NWD = attended_R1D.view(mask_N11S.shape[0], -1, attended_R1D.shape[2]);
        return FeedForward(AttendSource(grouped_NWD, source, mask_N11S)).view_as(x_R1D).MoveToOuterDisposeScope();
    }

    private Tensor AttendTarget(Tensor x_NTD) =>
        Sublayer(x_NTD, self_attn_layer_norm, x => self_attn.Attend(x, self_attn.Remember(x), isCausal: true));

    private Tensor AttendSource(Tensor x_NTD, KeysAndValues source, Tensor mask_N11S) =>
        Sublayer(x_NTD, encoder_attn_layer_norm, x => encoder_attn.Attend(x, source, mask_N11S));
}

/// <summary>Writes target sentences (section 3.1, figure 1 right).</summary>
/// <remarks>A layer before the softmax of its own is named output_projection, as in fairseq.</remarks>
internal sealed class TransformerDecoder : TransformerStack
{
    private const int FewestOfDeepStack = 4;

    private readonly ModuleList<TransformerDecoderLayer> layers;
    private readonly Linear? output_projection;

    public TransformerDecoder(TransformerNetworkOptions options)
        : base(options.SharedEmbeddings ? null : options.TargetVocabulary, options, nameof(TransformerDecoder))
    {
        layers = new ModuleList<TransformerDecoderLayer>([.. Enumerable.Range(0, options.Layers).Select(_ => new TransformerDecoderLayer(options))]);
        output_projection = options.TiedSoftmax ? null : Dense.Of(options.ModelSize, options.TargetVocabulary);
        RegisterComponents();
    }

    public IEnumerable<TransformerDecoderLayer> Layers => layers;

    /// <summary>Hidden vectors [N, T, d] of all target tokens at once.</summary>
    public Tensor Run(PaddedTokens target, Tensor memory_NSD, Tensor mask_N11S, TokenEmbedding tokens)
    {
        using var scope = NewDisposeScope();
        Tensor x_NTD = layers.Aggregate(Embed(target.Tokens_NT, 0, tokens),
            (x, layer) => layer.Run(x, layer.RememberSource(memory_NSD), mask_N11S));
        return Finished(x_NTD).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden vectors [R, d] of the next token of each row.</summary>
    public Tensor Step(
        Tensor tokens_R, int position, TokenEmbedding tokens, IReadOnlyList<TransformerCache> caches, IReadOnlyList<KeysAndValues> sources, Tensor mask_N11S)
    {
        using var scope = NewDisposeScope();
        Tensor x_R1D = Embed(tokens_R.unsqueeze(1), position, tokens);
        for (int i = 0; i < layers.Count; i++)
            x_R1D = layers[i].Step(x_R1D, caches[i], sources[i], mask_N11S);
        return Finished(x_R1D).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How strongly each target token attends to each source token, on average over the heads of one layer: Float32 [N, T, S]. Of a deep stack it is the last
    /// layer but one, which tells best what translates what (Garg et al., arXiv 1909.02074, section 3); of a shallow one the last, for there the layers before do
    /// not know yet what is to come.
    /// </summary>
    public Tensor Alignment(PaddedTokens target, Tensor memory_NSD, Tensor mask_N11S, TokenEmbedding tokens)
    {
        using var scope = NewDisposeScope();
        int aligning = layers.Count < FewestOfDeepStack ? layers.Count - 1 : layers.Count - 2;
        Tensor x_NTD = layers.Take(aligning).Aggregate(Embed(target.Tokens_NT, 0, tokens),
            (x, layer) => layer.Run(x, layer.RememberSource(memory_NSD), mask_N11S));
        TransformerDecoderLayer last = layers[aligning];
        return last.Alignment(x_NTD, last.RememberSource(memory_NSD), mask_N11S).MoveToOuterDisposeScope();
    }

    /// <summary>Scores before softmax of hidden vectors.</summary>
    public Tensor Scores(Tensor hidden_MD, TokenEmbedding tokens)
    {
        Tensor input_MD = hidden_MD.to(layers[0].Format);
        return output_projection?.call(input_MD) ?? tokens.Scores(input_MD);
    }
}
