using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>A layer of the encoder: self-attention, then position-wise (section 3.1, figure 1 left).</summary>
internal sealed class TransformerEncoderLayer : TransformerLayer
{
    private readonly MultiHeadAttention self_attn;
    private readonly LayerNorm self_attn_layer_norm;

    public TransformerEncoderLayer(TransformerNetworkOptions options) : base(options, nameof(TransformerEncoderLayer))
    {
        self_attn = Attention(options);
        self_attn_layer_norm = Normalise(options);
        RegisterComponents();
    }

    /// <param name="x_NSD">Vectors of source tokens.</param>
    /// <param name="mask_N11S">True for tokens, false for padding.</param>
    public Tensor Run(Tensor x_NSD, Tensor mask_N11S)
    {
        using var scope = NewDisposeScope();
        Tensor attended_NSD = Sublayer(x_NSD, self_attn_layer_norm, x => self_attn.Attend(x, self_attn.Remember(x), mask_N11S));
        return FeedForward(attended_NSD).MoveToOuterDisposeScope();
    }
}

/// <summary>Reads source sentences (section 3.1, figure 1 left).</summary>
internal sealed class TransformerEncoder : TransformerStack
{
    private readonly ModuleList<TransformerEncoderLayer> layers;

    public TransformerEncoder(TransformerNetworkOptions options) : base(options.SourceVocabulary, options, nameof(TransformerEncoder))
    {
        layers = new ModuleList<TransformerEncoderLayer>([.. Enumerable.Range(0, options.Layers).Select(_ => new TransformerEncoderLayer(options))]);
        RegisterComponents();
    }

    public IEnumerable<TransformerEncoderLayer> Layers => layers;

    /// <summary>Vectors [N, S, d] of the tokens in their context.</summary>
    public Tensor Run(PaddedTokens source)
    {
        using var scope = NewDisposeScope();
        Tensor mask_N11S = MaskOf(source);
        Tensor x_NSD = layers.Aggregate(Embed(source.Tokens_NT, 0, Tokens!), (x, layer) => layer.Run(x, mask_N11S));
        return Finished(x_NSD).MoveToOuterDisposeScope();
    }

    /// <summary>Where attention to the source may look.</summary>
    public static Tensor MaskOf(PaddedTokens source) => source.Mask_NT.unsqueeze(1).unsqueeze(1);
}
