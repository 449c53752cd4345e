using System.IO.Compression;
using System.Text;

namespace MLNetDeepExtensions.Sources;

/// <summary>A line of a text file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without its line break; null if its bytes are not UTF-8.</param>
internal readonly record struct TextLine(int Number, string? Text);

/// <summary>Reads the lines of a UTF-8 file, plain or gzipped, by their bytes: only a line feed ends a line, so that files which belong
/// together stay in step.</summary>
internal static class TextLines
{
    private const int LongestLine = 16 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads line by line.</summary>
    /// <exception cref="AnnotationFault">A line is too long, or the gzip data are damaged.</exception>
    /// <exception cref="IOException">The file is not there.</exception>
    public static IEnumerable<TextLine> Read(string path)
    {
        using Stream stream = Open(path);
        byte[] block = new byte[1 << 16];
        var line = new List<byte>();
        int number = 0;
        while (Fill(stream, block, path) is > 0 and int filled)
        {
            for (int start = 0; start < filled;)
            {
                int end = Array.IndexOf(block, (byte)'\n', start, filled - start);
                line.AddRange(block.AsSpan(start, (end < 0 ? filled : end) - start));
                if (line.Count > LongestLine)
                    throw new AnnotationFault(path, $"line {number + 1}", $"expected a line of at most {LongestLine} bytes");
                start = end < 0 ? filled : end + 1;
                if (end < 0)
                    continue;
                yield return Line(++number, line);
                line.Clear();
            }
        }
        if (line.Count > 0)
            yield return Line(++number, line);
    }

    private static Stream Open(string path)
    {
        FileStream file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static int Fill(Stream stream, byte[] block, string path)
    {
        try
        {
            return stream.Read(block);
        }
        catch (InvalidDataException fault)
        {
            throw new AnnotationFault(path, null, fault.Message, fault);
        }
    }

    private static TextLine Line(int number, List<byte> bytes)
    {
        ReadOnlySpan<byte> text = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        if (number == 1 && text.StartsWith(Encoding.UTF8.Preamble))
            text = text[Encoding.UTF8.Preamble.Length..];
        if (text.Length > 0 && text[^1] == '\r')
            text = text[..^1];
        try
        {
            return new TextLine(number, Strict.GetString(text));
        }
        catch (DecoderFallbackException)
        {
            return new TextLine(number, null);
        }
    }
}
