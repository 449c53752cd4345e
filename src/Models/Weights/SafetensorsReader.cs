using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>Reads a safetensors file from a stream; the header is checked in full before any data is read.</summary>
public sealed class SafetensorsReader : IWeightsSource
{
    readonly Stream _stream;
    readonly bool _leaveOpen;
    readonly long _dataStart;
    readonly Dictionary<TensorEntry, SafetensorsEntry> _places;
    long _position;

    /// <summary>Reads and checks the header.</summary>
    /// <param name="stream">
    /// Positioned at the start of the file; if it cannot seek, tensors can only be read in the order of <see cref="Entries"/>.
    /// </param>
    /// <param name="name">What errors call the stream.</param>
    /// <param name="leaveOpen">True to leave the stream open on disposal.</param>
    /// <exception cref="WeightsFormatException">The header is malformed or does not fit the length of the stream.</exception>
    public SafetensorsReader(Stream stream, string name = "safetensors stream", bool leaveOpen = false)
    {
        var header = SafetensorsHeader.Read(stream, name);
        (_stream, Name, _leaveOpen, Metadata) = (stream, name, leaveOpen, header.Metadata);
        _dataStart = stream.CanSeek ? stream.Position : 0;
        Entries = [.. header.Entries.Select(entry => entry.Tensor)];
        _places = header.Entries.ToDictionary(entry => entry.Tensor);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public Tensor Read(TensorEntry entry)
    {
        var tensor = empty([.. entry.Shape], dtype: entry.Type, device: CPU);
        try
        {
            ReadInto(entry, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The stream cannot seek and is past the tensor.</exception>
    public void ReadInto(TensorEntry entry, Tensor target)
    {
        TensorShape.CheckTarget(entry, target);
        var place = _places[entry];
        try
        {
            MoveTo(place);
            TensorBytes.ReadInto(target, _stream, entry.Type);
            _position = place.End;
        }
        catch (EndOfStreamException e)
        {
            string fault = $"expected {place.End - place.Begin} bytes of data, the stream ends before.";
            throw new WeightsFormatException(Name, entry.Name, fault, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_leaveOpen)
            _stream.Dispose();
    }

    void MoveTo(SafetensorsEntry place)
    {
        if (_stream.CanSeek)
            _stream.Position = _dataStart + place.Begin;
        else if (place.Begin >= _position)
            TensorBytes.Skip(_stream, place.Begin - _position);
        else
            throw new InvalidOperationException(
                $"{Name} cannot seek and is past '{place.Tensor.Name}': read the tensors in the order of the entries.");
    }
}
