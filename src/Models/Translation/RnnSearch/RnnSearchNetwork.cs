using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>RNNsearch: a recurrent encoder and decoder with a learned soft alignment between them (Bahdanau, Cho and Bengio, Neural Machine
/// Translation by Jointly Learning to Align and Translate, ICLR 2015, arXiv 1409.0473), or RNNencdec, the same without alignment.</summary>
/// <remarks>
/// Differs from the paper: has biases, as the authors' code; by default reads words in the order of that code
/// (<see cref="DecoderOrder"/>); offers dropout. Padding is not read: a sentence gives the same in any batch.
/// </remarks>
public sealed class RnnSearchNetwork : nn.Module, ITranslationNetwork
{
    private readonly RnnSearchEncoder encoder;
    private readonly RnnSearchDecoder decoder;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public RnnSearchNetwork(RnnSearchNetworkOptions options) : base(nameof(RnnSearchNetwork))
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Faults()
            .Concat(options.SourceVocabulary == 0 ? ["SourceVocabulary: expected at least 1, got 0."] : [])
            .Concat(options.TargetVocabulary == 0 ? ["TargetVocabulary: expected at least 1, got 0."] : []).ToList();
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(RnnSearchNetworkOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        Options = options;
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        encoder = new RnnSearchEncoder(options);
        decoder = new RnnSearchDecoder(options);
        RegisterComponents();
    }

    /// <summary>What the network was made from.</summary>
    public RnnSearchNetworkOptions Options { get; }

    /// <inheritdoc/>
    public int? MaximumLength => null;

    /// <inheritdoc/>
    public bool HasAlignment => Options.Attention;

    /// <inheritdoc/>
    public Tensor Logits(PaddedTokens source, PaddedTokens target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        RnnSearchContext context = decoder.Prepare(encoder.Read(source), source);
        return decoder.Scores(context, decoder.Follow(context, target), target).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IStepDecoder StartDecoding(PaddedTokens source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var scope = NewDisposeScope();
        return new RnnSearchStepDecoder(decoder, decoder.Prepare(encoder.Read(source), source));
    }

    /// <inheritdoc/>
    public Tensor Alignment(PaddedTokens source, PaddedTokens target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (!HasAlignment)
            throw new NotSupportedException("RNNencdec has no alignment.");
        using var scope = NewDisposeScope();
        return decoder.Follow(decoder.Prepare(encoder.Read(source), source), target).Weights_BTS.to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
