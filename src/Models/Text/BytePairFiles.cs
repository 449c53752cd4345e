using System.Text;
using System.Text.Json;

namespace MLNetDeepExtensions.Text;

/// <summary>The two files of a byte-pair vocabulary.</summary>
internal static class BytePairFiles
{
    private const int MostTokens = 4_000_000;

    /// <summary>The tokens of <c>vocab.json</c> in the order of their numbers.</summary>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static IReadOnlyList<string> ReadVocabulary(Stream stream)
    {
        try
        {
            Dictionary<string, int> numbers = JsonSerializer.Deserialize<Dictionary<string, int>>(stream) ?? [];
            string?[] tokens = new string?[numbers.Count];
            foreach ((string token, int number) in numbers)
            {
                if (number < 0 || number >= tokens.Length || tokens[number] is not null)
                    throw new InvalidDataException(
                        $"vocab.json, '{token}': expected numbers from 0 to {tokens.Length - 1}, each once, got {number}.");
                tokens[number] = token;
            }
            return tokens!;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"vocab.json: expected an object with a number for each token; {fault.Message}", fault);
        }
    }

    /// <summary>The lines of <c>merges.txt</c> without its heading.</summary>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static IReadOnlyList<string> ReadMerges(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var merges = new List<string>();
        for (int line = 1; reader.ReadLine() is { } text; line++)
        {
            if (text.Length == 0 || (line == 1 && text.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            if (text.Split(' ') is not [{ Length: > 0 }, { Length: > 0 }])
                throw new InvalidDataException($"merges.txt, line {line}: expected two tokens with a blank between, got '{text}'.");
            merges.Add(text);
            if (merges.Count > MostTokens)
                throw new InvalidDataException($"merges.txt: expected at most {MostTokens} lines.");
        }
        return merges;
    }

    /// <summary>What keeps tokens and merges from fitting together.</summary>
    public static IEnumerable<string> Faults(IReadOnlyList<string> tokens, IReadOnlyList<string> merges)
    {
        var known = new HashSet<string>(tokens, StringComparer.Ordinal);
        if (known.Count != tokens.Count)
            yield return "A token appears twice in the vocabulary.";
        if (ByteAlphabet.All.FirstOrDefault(c => !known.Contains(c.ToString())) is var missing and not '\0')
            yield return $"Expected a byte-level vocabulary, with a token for each of the 256 bytes; '{missing}' is missing.";
        foreach (string merge in merges)
        {
            string[] pair = merge.Split(' ');
            if (pair.Length != 2 || !known.Contains(pair[0]) || !known.Contains(pair[1]) || !known.Contains(pair[0] + pair[1]))
                yield return $"Merge '{merge}': expected two tokens of the vocabulary that together are a third.";
        }
    }
}
