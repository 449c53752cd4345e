using System.Text;

namespace MLNetDeepExtensions.Tests.Text;

/// <summary>Writes small SentencePiece models, field by field of sentencepiece_model.proto.</summary>
internal static class SentencePieceFile
{
    private enum Kind
    {
        Normal = 1, Unknown = 2, Control = 3,
    }

    /// <summary>A unigram model: unknown 0, start 1, end 2, then the pieces, the earlier the likelier.</summary>
    public static byte[] Unigrams(IReadOnlyList<string> pieces) =>
    [
        .. Piece("<unk>", 0, Kind.Unknown), .. Piece("<s>", 0, Kind.Control), .. Piece("</s>", 0, Kind.Control),
        .. pieces.SelectMany((piece, i) => Piece(piece, -1 - i, Kind.Normal)),
        .. Message(2, [.. Number(3, 1), .. Number(4, pieces.Count + 3), .. Number(40, 0), .. Number(41, 1), .. Number(42, 2)]),
        .. Message(3, [.. Message(1, Encoding.UTF8.GetBytes("identity")), .. Number(3, 1), .. Number(4, 1), .. Number(5, 1)]),
    ];

    private static byte[] Piece(string text, float score, Kind kind) => Message(1,
        [.. Message(1, Encoding.UTF8.GetBytes(text)), .. Varint(2 << 3 | 5), .. BitConverter.GetBytes(score), .. Number(3, (int)kind)]);

    private static byte[] Message(int field, byte[] content) => [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
            bytes.Add((byte)(value & 127 | 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
