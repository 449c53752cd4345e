namespace MLNetDeepExtensions.Weights;

/// <summary>Opens weights files, whose format is recognised by content.</summary>
public static class WeightsFile
{
    /// <summary>Opens a safetensors file or a file written by <c>torch.save</c>.</summary>
    /// <param name="path">The file; it stays open until the source is disposed.</param>
    /// <exception cref="WeightsFormatException">The file is of neither format, or damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static IWeightsSource Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return Open(stream, path);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens weights in a stream, which is disposed with the source.</summary>
    /// <param name="stream">Positioned at the start of the weights, and able to seek.</param>
    /// <param name="name">What errors call the stream.</param>
    /// <exception cref="WeightsFormatException">The content is of neither format, or damaged.</exception>
    public static IWeightsSource Open(Stream stream, string name)
    {
        if (!stream.CanSeek)
            throw new ArgumentException($"{name}: the format can only be recognised in a stream that can seek.", nameof(stream));
        return Peek(stream) switch
        {
            [(byte)'P', (byte)'K', ..] => new PyTorchCheckpoint(stream, name),
            [_, _, _, _, _, _, _, _, (byte)'{', ..] => new SafetensorsReader(stream, name),
            [0x80, 2 or 3 or 4 or 5, ..] => throw new WeightsFormatException(name, null,
                "is a bare pickle, as PyTorch before 1.6 wrote: load it in PyTorch and save it again with torch.save(state_dict, path)."),
            [] => throw new WeightsFormatException(name, null, "is empty."),
            var start => throw new WeightsFormatException(name, null,
                $"expected safetensors or a file written by torch.save, found a file that starts with {Convert.ToHexString(start)}."),
        };
    }

    /// <summary>True if the file begins as one of the formats that <see cref="Open(string)"/> knows by content does.</summary>
    internal static bool Recognises(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Peek(stream) is [(byte)'P', (byte)'K', ..] or [_, _, _, _, _, _, _, _, (byte)'{', ..] or [0x80, 2 or 3 or 4 or 5, ..] or [];
    }

    static byte[] Peek(Stream stream)
    {
        var start = new byte[sizeof(ulong) + 1];
        long position = stream.Position;
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = position;
        return start[..count];
    }
}
