namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>Perplexity from negative log-likelihoods: exp(sum / number of tokens), end tokens included, start and padding not. Unsmoothed
/// likelihoods only.</summary>
public sealed class Perplexity
{
    private double sum;

    /// <summary>Predicted tokens so far.</summary>
    public long TokenCount { get; private set; }

    /// <summary>1 for a model that is never wrong, the size of the vocabulary for one that knows nothing; NaN without tokens.</summary>
    public double Value => PerUnit(TokenCount);

    /// <summary>Adds the tokens of a sentence or a batch.</summary>
    /// <param name="negativeLogLikelihood">Sum over its tokens, in nats.</param>
    /// <param name="tokens">How many tokens that are.</param>
    public void Add(double negativeLogLikelihood, long tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        sum += negativeLogLikelihood;
        TokenCount += tokens;
    }

    /// <summary>Perplexity per word, character or whatever else was counted, which can be compared between vocabularies.</summary>
    /// <param name="count">How many of them the same text has.</param>
    public double PerUnit(long count) => count == 0 ? double.NaN : Math.Exp(sum / count);
}
