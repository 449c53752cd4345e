using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLNetDeepExtensions.Translation;

/// <summary>A sentence with its translations.</summary>
internal sealed record TranslatedText(string Source, IReadOnlyList<string> Targets);

/// <summary>The same as tokens, each sentence with its end token.</summary>
internal sealed record TranslationSample(int[] Source, int[][] Targets)
{
    /// <summary>Tokens of the longest sentence of each side.</summary>
    public (int Source, int Target) Lengths => (Source.Length, Targets.Max(target => target.Length));

    public void AddTo(IncrementalHash hash)
    {
        foreach (int[] tokens in (int[][])[Source, .. Targets])
            hash.AppendData(MemoryMarshal.AsBytes<int>(tokens));
    }
}
