using System.Text;

namespace MLNetDeepExtensions.Text;

/// <summary>
/// The visible characters that stand for bytes in byte-level vocabularies, as in GPT-2's <c>vocab.json</c>: printable Latin-1 for itself,
/// every other byte by the next character from U+0100 on. A blank is U+0120.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = MakeCharacters();
    private static readonly Dictionary<char, byte> Bytes =
        Characters.Select((c, i) => (c, i)).ToDictionary(pair => pair.c, pair => (byte)pair.i);

    /// <summary>The character of each byte.</summary>
    public static IReadOnlyList<char> All => Characters;

    /// <summary>The bytes of a text in UTF-8, one character each. An unpaired surrogate becomes U+FFFD.</summary>
    public static string Encode(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, (characters, source) =>
        {
            for (int i = 0; i < characters.Length; i++)
                characters[i] = Characters[source[i]];
        });
    }

    /// <summary>The text of such characters; bytes that are not UTF-8 become U+FFFD, and characters that stand for no byte are
    /// kept.</summary>
    public static string Decode(IEnumerable<string> pieces)
    {
        var bytes = new List<byte>();
        foreach (string piece in pieces)
        {
            foreach (char c in piece)
            {
                if (Bytes.TryGetValue(c, out byte value))
                    bytes.Add(value);
                else
                    bytes.AddRange(Encoding.UTF8.GetBytes([c]));
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        char next = (char)256;
        for (int i = 0; i < 256; i++)
            characters[i] = i is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)i : next++;
        return characters;
    }
}
