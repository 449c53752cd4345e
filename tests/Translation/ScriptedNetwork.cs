using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Tests.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

/// <summary>Says the same, whatever it reads, and looks where it is told to.</summary>
/// <param name="vocabulary">Tokens of the target.</param>
/// <param name="said">What it says, end token included.</param>
/// <param name="lookedAt">For each of those the place of the source token that it looks at; null for a network without attention.</param>
internal sealed class ScriptedNetwork(int vocabulary, int[] said, int[]? lookedAt) : ITranslationNetwork
{
    public int? MaximumLength => null;

    public bool HasAlignment => lookedAt is not null;

    /// <summary>How often it was asked where it looks.</summary>
    public int Alignments { get; private set; }

    /// <summary>Lengths of the sources of each batch.</summary>
    public List<IReadOnlyList<int>> Batches { get; } = [];

    public IStepDecoder StartDecoding(PaddedTokens source)
    {
        Batches.Add(source.Lengths);
        return new FunctionDecoder(source.Count, (_, written) =>
            [.. Enumerable.Range(0, vocabulary).Select(token => token == said[Math.Min(written.Count, said.Length - 1)] ? 0.9 : 0.1 / vocabulary)]);
    }

    public Tensor Alignment(PaddedTokens source, PaddedTokens target)
    {
        Alignments++;
        Tensor weights = zeros(source.Count, target.Length, source.Length);
        for (int i = 0; i < target.Length; i++)
            weights[.., i, lookedAt![i]].fill_(1);
        return weights;
    }

    public Tensor Logits(PaddedTokens source, PaddedTokens target) => throw new NotSupportedException();
}
