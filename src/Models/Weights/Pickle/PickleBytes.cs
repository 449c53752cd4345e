using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MLNetDeepExtensions.Weights.Pickle;

/// <summary>The bytes of a pickle, read forwards and never past the end.</summary>
internal sealed class PickleBytes(byte[] bytes, string source)
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    int _position;

    internal byte Byte() => Next(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Next(sizeof(ushort)));

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Next(sizeof(int)));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Next(sizeof(uint)));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Next(sizeof(ulong)));

    internal double Double() => BinaryPrimitives.ReadDoubleBigEndian(Next(sizeof(double)));

    /// <summary>A whole number of up to 255 bytes: an Int64 if it fits, as everything that describes a tensor does.</summary>
    internal object Integer(int length)
    {
        var value = new BigInteger(Next((ulong)length));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    internal string Text(ulong length)
    {
        ReadOnlySpan<byte> text = Next(length);
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw Fault("expected UTF-8 text", e);
        }
    }

    internal string Line()
    {
        int length = bytes.AsSpan(_position).IndexOf((byte)'\n');
        if (length < 0)
            throw Fault("expected a line end");
        string line = Text((ulong)length);
        _position++;
        return line;
    }

    internal WeightsFormatException Fault(string fault, Exception? inner = null) =>
        new(source, PyTorchArchive.PickleName, $"{fault}, before byte {_position}.", inner);

    ReadOnlySpan<byte> Next(ulong count)
    {
        if (count > (ulong)(bytes.Length - _position))
            throw Fault($"expected {count} more bytes, found {bytes.Length - _position}");
        _position += (int)count;
        return bytes.AsSpan(_position - (int)count, (int)count);
    }
}
