using MLNetDeepExtensions.Decoding;

namespace MLNetDeepExtensions.Translation;

/// <summary>A sentence with its best translations.</summary>
/// <param name="Source">The sentence.</param>
/// <param name="SourceTokens">Its tokens as the network read them, the end token included; empty if there was nothing to
/// translate.</param>
/// <param name="Candidates">The best translations, best first; empty if there was nothing to translate.</param>
public sealed record SentenceTranslation(string Source, IReadOnlyList<int> SourceTokens, IReadOnlyList<TranslationCandidate> Candidates)
{
    /// <summary>Of a text without tokens.</summary>
    public static SentenceTranslation None(string source) => new(source, [], []);

    /// <summary>The best translation; null if there was nothing to translate.</summary>
    public TranslationCandidate? Best => Candidates.Count > 0 ? Candidates[0] : null;
}

/// <summary>A possible translation.</summary>
/// <param name="Text">Detokenised.</param>
/// <param name="Hypothesis">Its tokens, log-probability and score.</param>
public sealed record TranslationCandidate(string Text, Hypothesis Hypothesis);
