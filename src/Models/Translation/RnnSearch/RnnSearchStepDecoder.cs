using MLNetDeepExtensions.Decoding;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>Translates a batch word by word.</summary>
internal sealed class RnnSearchStepDecoder : IStepDecoder
{
    private readonly RnnSearchDecoder decoder;
    private RnnSearchContext source;
    private RnnSearchState? left;

    /// <param name="decoder">Not owned.</param>
    /// <param name="source">Owned.</param>
    public RnnSearchStepDecoder(RnnSearchDecoder decoder, RnnSearchContext source)
    {
        (this.decoder, this.source, SentenceCount) = (decoder, source, (int)source.State_Bn.shape[0]);
        foreach (Tensor held in Held())
            held.DetachFromDisposeScope();
    }

    public int SentenceCount { get; }

    public Tensor Step(Tensor tokens_R)
    {
        Tensor tokens_BW = tokens_R.to(source.State_Bn.device).view(source.State_Bn.shape[0], -1);
        (Tensor logits_BWV, RnnSearchState state) = decoder.Step(source, left, tokens_BW);
        Replace(state);
        return logits_BWV.flatten(0, 1);
    }

    public void Select(RowSelection selection)
    {
        if (left is { } state)
        {
            Tensor rows = tensor(selection.Rows.ToArray()).to(state.State_BWn.device);
            Tensor Chosen(Tensor all_BWn) => all_BWn.flatten(0, 1).index_select(0, rows).view(-1, selection.Width, all_BWn.shape[2]);
            Replace(new(Chosen(state.State_BWn), Chosen(state.Gates_BW3n)));
        }
        if (selection.Sentences is { } sentences)
        {
            Tensor remaining = tensor(sentences.ToArray()).to(source.State_Bn.device);
            Tensor Chosen(Tensor all)
            {
                using (all)
                    return all.index_select(0, remaining).DetachFromDisposeScope();
            }
            source = new(Chosen(source.State_Bn), source.Keys_BSa is { } keys ? Chosen(keys) : null, Chosen(source.Gates_BS3n),
                Chosen(source.Output_BS2l), source.Padding_BS is { } padding ? Chosen(padding) : null);
        }
    }

    public void Dispose()
    {
        foreach (Tensor held in Held())
            held.Dispose();
    }

    private IEnumerable<Tensor> Held() => new[] {
        source.State_Bn, source.Keys_BSa, source.Gates_BS3n, source.Output_BS2l, source.Padding_BS, left?.State_BWn, left?.Gates_BW3n }.OfType<Tensor>();

    private void Replace(RnnSearchState state)
    {
        left?.State_BWn.Dispose();
        left?.Gates_BW3n.Dispose();
        left = new(state.State_BWn.DetachFromDisposeScope(), state.Gates_BW3n.DetachFromDisposeScope());
    }
}
