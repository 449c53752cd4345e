using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>Computes everything anew for every token, source included: what decoding costs without memory.</summary>
internal sealed class UncachedDecoder(ITranslationNetwork network, PaddedTokens source) : IStepDecoder
{
    private readonly int[][] sentences = [.. source.Lengths.Select((length, i) => source.Tokens_NT[i, ..length].data<long>().Select(token => (int)token).ToArray())];
    private int[][] written = [.. source.Lengths.Select(_ => Array.Empty<int>())];
    private int[] places = [.. Enumerable.Range(0, source.Count)];
    private int width = 1;

    public int SentenceCount => source.Count;

    public Tensor Step(Tensor tokens_R)
    {
        written = [.. written.Zip(tokens_R.data<long>().ToArray(), (before, token) => (int[])[.. before, (int)token])];
        using PaddedTokens read = PaddedTokens.Of([.. places.SelectMany(place => Enumerable.Repeat(sentences[place], width))], SpecialTokens.First.Pad, CPU);
        using PaddedTokens target = PaddedTokens.Of(written, SpecialTokens.First.Pad, CPU);
        return network.Logits(read, target).view(written.Length, target.Length, -1)[.., -1];
    }

    public void Select(RowSelection selection)
    {
        written = [.. selection.Rows.Select(row => written[row])];
        if (selection.Sentences is { } remaining)
            places = [.. remaining.Select(i => places[i])];
        width = selection.Width;
    }

    public void Dispose()
    {
    }
}
