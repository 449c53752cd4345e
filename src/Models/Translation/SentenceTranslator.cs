using System.Runtime.InteropServices;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>From sentences to translations: tokens, network, beam search, text. Many threads may use one.</summary>
public sealed class SentenceTranslator
{
    private readonly TokeniserPair tokenisers;
    private readonly TranslationOptions options;
    private readonly BeamSearch search;
    private readonly SentenceEncoder encoder;

    /// <param name="tokenisers">Of the two languages.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="maximumLength">The most tokens that the network takes; null for any number.</param>
    public SentenceTranslator(TokeniserPair tokenisers, TranslationOptions options, int? maximumLength = null)
    {
        ArgumentNullException.ThrowIfNull(tokenisers);
        ArgumentNullException.ThrowIfNull(options);
        (this.tokenisers, this.options) = (tokenisers, options);
        search = new BeamSearch(
            options.Search with { AllowUnknown = options.UnknownWords != UnknownWords.Avoid }, tokenisers.Target.Special);
        encoder = new SentenceEncoder(tokenisers.Source, Math.Min(options.MaximumSourceLength, maximumLength ?? int.MaxValue));
    }

    /// <summary>Sentences that were cut so far.</summary>
    public long Truncated => encoder.Truncated;

    /// <summary>The most tokens of a source sentence, its end token included.</summary>
    public int MaximumSourceLength => encoder.MaximumLength;

    /// <summary>Translates sentences, in batches of similar length.</summary>
    /// <returns>One translation for each sentence, in their order.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<SentenceTranslation> Translate(
        ITranslationNetwork network, Device device, IReadOnlyList<string> sentences, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(sentences);
        int[][] tokens = [.. sentences.Select(encoder.Encode)];
        SentenceTranslation[] translations = [.. sentences.Select(SentenceTranslation.None)];
        // A sentence of the end token alone, or of blanks, says nothing.
        foreach (int[] batch in Enumerable.Range(0, sentences.Count).Where(i => tokens[i].Length > 1 && !string.IsNullOrWhiteSpace(sentences[i]))
            .OrderBy(i => tokens[i].Length).Chunk(options.BatchSize))
        {
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyList<IReadOnlyList<Hypothesis>> found = Search(network, device, [.. batch.Select(i => tokens[i])], stop);
            for (int i = 0; i < batch.Length; i++)
                translations[batch[i]] = Finish(network, device, new SentenceTranslation(sentences[batch[i]], tokens[batch[i]], []), found[i]);
        }
        return translations;
    }

    /// <summary>
    /// How much each source token mattered for each token of the best translation: row-major, target tokens (with the end token, if the
    /// translation has one) by source tokens.
    /// </summary>
    /// <returns>Empty if there was nothing to translate, or the network has no attention.</returns>
    public float[] Align(ITranslationNetwork network, Device device, SentenceTranslation translation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(translation);
        return network.HasAlignment && translation.Best is { } best
            ? Align(network, device, translation.SourceTokens, best.Hypothesis)
            : [];
    }

    /// <summary>How the tokens of the source are shown, one for each column of the alignment.</summary>
    public string[] SourceTokens(SentenceTranslation translation)
    {
        ArgumentNullException.ThrowIfNull(translation);
        if (translation.SourceTokens.Count == 0)
            return [];
        return [.. tokenisers.Source.Split(translation.Source).Take(translation.SourceTokens.Count - 1),
            tokenisers.Source.Show(tokenisers.Source.Special.End)];
    }

    /// <summary>How the tokens of the best translation are shown, one for each row of the alignment.</summary>
    public string[] TranslationTokens(SentenceTranslation translation)
    {
        ArgumentNullException.ThrowIfNull(translation);
        return translation.Best is { } best ? [.. Predicted(best.Hypothesis).Select(tokenisers.Target.Show)] : [];
    }

    private IReadOnlyList<IReadOnlyList<Hypothesis>> Search(
        ITranslationNetwork network, Device device, IReadOnlyList<int[]> tokens, CancellationToken stop)
    {
        using PaddedTokens source = PaddedTokens.Of(tokens, tokenisers.Source.Special.Pad, device);
        using IStepDecoder decoder = network.StartDecoding(source);
        return search.Run(decoder, source.Lengths, stop);
    }

    private SentenceTranslation Finish(ITranslationNetwork network, Device device, SentenceTranslation source, IReadOnlyList<Hypothesis> found) => source with
    {
        Candidates = [.. found.Select(hypothesis => new TranslationCandidate(TextOf(network, device, source, hypothesis), hypothesis))],
    };

    private string TextOf(ITranslationNetwork network, Device device, SentenceTranslation source, Hypothesis hypothesis)
    {
        ITextTokeniser target = tokenisers.Target;
        if (options.UnknownWords != UnknownWords.Replace || !network.HasAlignment || !hypothesis.Tokens.Contains(target.Special.Unknown))
            return target.Decode(hypothesis.Tokens);
        float[] alignment = Align(network, device, source.SourceTokens, hypothesis);
        string[] words = SourceTokens(source);
        // The last column is the end token, which is no word.
        return target.Decode(hypothesis.Tokens, place =>
        {
            ReadOnlySpan<float> row = alignment.AsSpan(place * words.Length, words.Length - 1);
            return words[PlaceOfLargest(row)].Trim();
        });
    }

    private static int PlaceOfLargest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }
        return best;
    }

    private float[] Align(ITranslationNetwork network, Device device, IReadOnlyList<int> source, Hypothesis hypothesis)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] predicted = [.. Predicted(hypothesis)];
        if (predicted.Length == 0)
            return [];
        SpecialTokens special = tokenisers.Target.Special;
        using PaddedTokens read = PaddedTokens.Of([source], tokenisers.Source.Special.Pad, device);
        using PaddedTokens written = PaddedTokens.Of([[special.Start, .. predicted.SkipLast(1)]], special.Pad, device);
        Tensor alignment = network.Alignment(read, written).to(ScalarType.Float32).cpu().contiguous();
        return MemoryMarshal.Cast<byte, float>(alignment.bytes).ToArray();
    }

    private IEnumerable<int> Predicted(Hypothesis hypothesis) =>
        hypothesis.IsFinished ? hypothesis.Tokens.Append(tokenisers.Target.Special.End) : hypothesis.Tokens;
}
