using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>What encoder and decoder share: tokens become vectors, embedding times the square root of its size plus position, with dropout
/// (sections 3.4, 3.5, 5.4).</summary>
/// <remarks>State names are those of fairseq: embed_tokens, embed_positions, layer_norm.</remarks>
internal abstract class TransformerStack : nn.Module
{
    private protected readonly TokenEmbedding? embed_tokens;
    private protected readonly TokenEmbedding? embed_positions;
    private protected readonly LayerNorm? layer_norm;
    private readonly TransformerNetworkOptions options;

    /// <param name="vocabulary">Tokens; null to use the embedding of the other side.</param>
    /// <param name="options">What the network is.</param>
    /// <param name="name">Of the module.</param>
    protected TransformerStack(int? vocabulary, TransformerNetworkOptions options, string name) : base(name)
    {
        this.options = options;
        embed_tokens = vocabulary is { } count ? new TokenEmbedding(count, options.ModelSize, Initialise) : null;
        embed_positions = options.Positions == PositionKind.Learned ? new TokenEmbedding(options.MaximumLength, options.ModelSize, Initialise) : null;
        layer_norm = options.PreNormalisation ? TransformerLayer.Normalise(options) : null;
    }

    /// <summary>Its own embedding of tokens; null if it uses that of the other side.</summary>
    public TokenEmbedding? Tokens => embed_tokens;

    /// <summary>Vectors [N, T, d] of tokens [N, T] that stand at the positions from <paramref name="first"/>.</summary>
    protected Tensor Embed(Tensor tokens_NT, int first, TokenEmbedding tokens)
    {
        using var scope = NewDisposeScope();
        Tensor vectors_NTD = tokens.call(tokens_NT) * Math.Sqrt(options.ModelSize);
        vectors_NTD = vectors_NTD + Positions(first, (int)tokens_NT.shape[1], tokens_NT.device).to(vectors_NTD.dtype);
        return nn.functional.dropout(vectors_NTD, options.Dropout, training).MoveToOuterDisposeScope();
    }

    /// <summary>What leaves the last layer: normalised if the layers did not do it.</summary>
    protected Tensor Finished(Tensor x_NTD) => layer_norm?.call(x_NTD) ?? x_NTD;

    private Tensor Positions(int first, int count, Device device) => embed_positions is null
        ? SinusoidalPositions.Of(first, count, options.ModelSize, device)
        : embed_positions.call(arange(first, first + count, dtype: ScalarType.Int64, device: device).clamp_max(options.MaximumLength - 1));

    private void Initialise(Tensor weight) => nn.init.normal_(weight, 0, Math.Pow(options.ModelSize, -0.5));
}
