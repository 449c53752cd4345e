using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>Decodes token by token: keys and values of the source are computed once, those of the target once for each token.</summary>
internal sealed class TransformerStepDecoder : IStepDecoder
{
    private readonly TransformerDecoder decoder;
    private readonly TokenEmbedding tokens;
    private readonly TransformerCache[] caches;
    private KeysAndValues[] sources;
    private Tensor mask_N11S;
    private int position;
    private long rowCount;

    /// <param name="decoder">Not owned.</param>
    /// <param name="tokens">Of the target. Not owned.</param>
    /// <param name="memory_NSD">What the encoder made of the sources.</param>
    /// <param name="source">The sources.</param>
    public TransformerStepDecoder(TransformerDecoder decoder, TokenEmbedding tokens, Tensor memory_NSD, PaddedTokens source)
    {
        (this.decoder, this.tokens, SentenceCount) = (decoder, tokens, source.Count);
        caches = [.. decoder.Layers.Select(_ => new TransformerCache())];
        sources = [.. decoder.Layers.Select(layer => Kept(layer.RememberSource(memory_NSD).ForSingleQueries()))];
        mask_N11S = TransformerEncoder.MaskOf(source).clone().DetachFromDisposeScope();
    }

    public int SentenceCount { get; }

    public Tensor Step(Tensor tokens_R)
    {
        using var scope = NewDisposeScope();
        Tensor hidden_RD = decoder.Step(tokens_R.to(mask_N11S.device), position, tokens, caches, sources, mask_N11S);
        position++;
        rowCount = tokens_R.shape[0];
        return decoder.Scores(hidden_RD, tokens).MoveToOuterDisposeScope();
    }

    public void Select(RowSelection selection)
    {
        // Greedy search continues every row by itself: nothing moves.
        if (selection.Rows.Count == rowCount && selection.Rows.Index().All(row => row.Item == row.Index))
            return;
        using var scope = NewDisposeScope();
        Tensor rows = tensor([.. selection.Rows], ScalarType.Int64).to(mask_N11S.device);
        foreach (TransformerCache cache in caches)
            cache.Select(rows);
        if (selection.Sentences is not { } remaining)
            return;
        Tensor sentences = tensor([.. remaining], ScalarType.Int64).to(mask_N11S.device);
        KeysAndValues[] selected = [.. sources.Select(source => Kept(source.Select(0, sentences)))];
        Tensor mask = mask_N11S.index_select(0, sentences).DetachFromDisposeScope();
        DisposeSources();
        (sources, mask_N11S) = (selected, mask);
    }

    public void Dispose()
    {
        foreach (TransformerCache cache in caches)
            cache.Dispose();
        DisposeSources();
    }

    private void DisposeSources()
    {
        foreach (KeysAndValues source in sources)
            source.Dispose();
        mask_N11S.Dispose();
    }

    private static KeysAndValues Kept(KeysAndValues source) =>
        new(source.Keys_NHSK.contiguous().DetachFromDisposeScope(), source.Values_NHSV.contiguous().DetachFromDisposeScope());
}
