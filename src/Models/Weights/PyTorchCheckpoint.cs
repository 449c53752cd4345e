using MLNetDeepExtensions.Weights.Pickle;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>Reads the tensors of a file that <c>torch.save</c> wrote (PyTorch 1.6 or later), without running anything in it.</summary>
/// <remarks>
/// Understood are dictionaries, lists, tuples, texts, numbers, tensors and parameters. Any other name in the file is refused, so a whole
/// pickled model or a training checkpoint with Python objects cannot be read: save <c>model.state_dict()</c>. If all tensors lie under
/// one key, such as <c>state_dict</c> or <c>model</c>, that key is left out of their names; otherwise nested names are joined by dots.
/// </remarks>
public sealed class PyTorchCheckpoint : IWeightsSource
{
    readonly Stream _stream;
    readonly bool _leaveOpen;
    readonly PyTorchArchive _archive;
    readonly Dictionary<TensorEntry, PickledTensor> _tensors = [];

    /// <summary>Reads and checks everything but the tensors' data.</summary>
    /// <param name="stream">The file; must be seekable.</param>
    /// <param name="name">What errors call the stream.</param>
    /// <param name="leaveOpen">True to leave the stream open on disposal.</param>
    /// <exception cref="WeightsFormatException">The file is damaged or refers to more than tensors.</exception>
    public PyTorchCheckpoint(Stream stream, string name = "PyTorch stream", bool leaveOpen = false)
    {
        if (!stream.CanSeek)
            throw new ArgumentException($"{name}: a PyTorch file can only be read from a stream that can seek.", nameof(stream));
        (_stream, Name, _leaveOpen) = (stream, name, leaveOpen);
        _archive = new PyTorchArchive(stream, name);
        foreach (var (key, tensor) in StateDictionary.Flatten(new Unpickler(_archive.ReadPickle(), name).Load(), name))
        {
            _archive.CheckStorage(tensor.Storage);
            _tensors.Add(new(key, tensor.Storage.Type.Scalar, tensor.Shape), tensor);
        }
        Entries = [.. _tensors.Keys];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    /// <remarks>The strides are those that were saved, so an expanded tensor takes no more memory than its storage.</remarks>
    public Tensor Read(TensorEntry entry)
    {
        using var scope = NewDisposeScope();
        return ReadView(_tensors[entry]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void ReadInto(TensorEntry entry, Tensor target)
    {
        TensorShape.CheckTarget(entry, target);
        var tensor = _tensors[entry];
        if (tensor.IsRowMajor)
        {
            ReadElements(tensor, target);
            return;
        }
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        target.copy_(ReadView(tensor));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_leaveOpen)
            _stream.Dispose();
    }

    Tensor ReadView(PickledTensor tensor)
    {
        var elements = empty([tensor.Extent], dtype: tensor.Storage.Type.Scalar, device: CPU);
        ReadElements(tensor, elements);
        return elements.as_strided(tensor.Shape, tensor.Strides);
    }

    void ReadElements(PickledTensor tensor, Tensor target) => _archive.ReadStorage(tensor.Storage, stream =>
    {
        TensorBytes.Skip(stream, tensor.Offset * tensor.Storage.Type.Size);
        TensorBytes.ReadInto(target, stream, tensor.Storage.Type.Scalar);
    });
}
