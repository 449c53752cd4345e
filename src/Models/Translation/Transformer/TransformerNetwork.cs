using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>The Transformer (Vaswani et al., Attention Is All You Need, arXiv 1706.03762).</summary>
/// <remarks>
/// State names are those of fairseq; an embedding that source, target and softmax share is saved once, as encoder.embed_tokens. Differs from the
/// paper: the projections of attention have biases, as in almost all public weights (<see cref="TransformerNetworkOptions.AttentionBiases"/>); first weights, of
/// which the paper says nothing, are Xavier's, those of embeddings normal with variance 1 / d_model.
/// </remarks>
public sealed class TransformerNetwork : nn.Module, ITranslationNetwork
{
    private readonly TransformerEncoder encoder;
    private readonly TransformerDecoder decoder;

    /// <exception cref="ArgumentException">The options have faults, or vocabularies are unknown.</exception>
    public TransformerNetwork(TransformerNetworkOptions options) : base(nameof(TransformerNetwork))
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
        if (options.SourceVocabulary == 0 || options.TargetVocabulary == 0)
            throw new ArgumentException("Expected the sizes of both vocabularies.", nameof(options));
        Options = options;
        encoder = new TransformerEncoder(options);
        decoder = new TransformerDecoder(options);
        RegisterComponents();
    }

    /// <summary>What the network is.</summary>
    public TransformerNetworkOptions Options { get; }

    /// <inheritdoc/>
    public int? MaximumLength => Options.Positions == PositionKind.Learned ? Options.MaximumLength : null;

    /// <inheritdoc/>
    public bool HasAlignment => true;

    private TokenEmbedding TargetTokens => decoder.Tokens ?? encoder.Tokens!;

    /// <inheritdoc/>
    public Tensor Logits(PaddedTokens source, PaddedTokens target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        Tensor hidden_NTD = decoder.Run(target, encoder.Run(source), TransformerEncoder.MaskOf(source), TargetTokens);
        return decoder.Scores(target.Real(hidden_NTD), TargetTokens).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IStepDecoder StartDecoding(PaddedTokens source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var scope = NewDisposeScope();
        return new TransformerStepDecoder(decoder, TargetTokens, encoder.Run(source), source);
    }

    /// <inheritdoc/>
    public Tensor Alignment(PaddedTokens source, PaddedTokens target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        return decoder.Alignment(target, encoder.Run(source), TransformerEncoder.MaskOf(source), TargetTokens).MoveToOuterDisposeScope();
    }
}
