using System.IO.Compression;
using System.Text;

namespace MLNetDeepExtensions.Weights.Pickle;

/// <summary>The zip archive that <c>torch.save</c> writes since PyTorch 1.6: a pickle and a member per storage, not compressed.</summary>
internal sealed class PyTorchArchive
{
    internal const string PickleName = "data.pkl";

    const int MaxPickleLength = 100_000_000;
    const int MaxByteOrderLength = 16;

    readonly string _source;
    readonly ZipArchive _zip;
    readonly string _root;

    internal PyTorchArchive(Stream stream, string source)
    {
        _source = source;
        _zip = Guarded(null, () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        _root = FindRoot();
        CheckByteOrder();
    }

    internal byte[] ReadPickle() => ReadSmall(Member(PickleName), MaxPickleLength);

    internal void CheckStorage(PickledStorage storage)
    {
        long found = StorageMember(storage).Length, expected = storage.Count * storage.Type.Size;
        if (found != expected)
            throw Fault(StorageName(storage),
                $"expected {expected} bytes for {storage.Count} elements of {storage.Type.Scalar}, found {found}.");
    }

    /// <summary>Hands the bytes of a storage to a reader.</summary>
    internal void ReadStorage(PickledStorage storage, Action<Stream> read) => Guarded(StorageName(storage), () =>
    {
        using Stream stream = StorageMember(storage).Open();
        read(stream);
        return true;
    });

    static string StorageName(PickledStorage storage) => $"data/{storage.Key}";

    ZipArchiveEntry StorageMember(PickledStorage storage) => Member(StorageName(storage));

    string FindRoot()
    {
        string? pickle = Guarded(null, () => _zip.Entries).Select(entry => entry.FullName).FirstOrDefault(IsPickle);
        if (pickle is null)
            throw Fault(null, "is a zip archive without data.pkl, not a file that torch.save wrote.");
        string root = pickle[..^PickleName.Length];
        return _zip.GetEntry(root + "constants.pkl") is null
            ? root
            : throw Fault(null, "is a TorchScript program; save its weights alone, as in torch.save(model.state_dict(), path).");
    }

    static bool IsPickle(string name) => name.Split('/') is [_, PickleName];

    void CheckByteOrder()
    {
        if (_zip.GetEntry(_root + "byteorder") is not { } member)
            return;
        string order = Encoding.ASCII.GetString(ReadSmall(Checked(member), MaxByteOrderLength)).Trim();
        if (order != "little")
            throw Fault("byteorder", $"expected little, found {order}: save the file on a little-endian machine.");
    }

    ZipArchiveEntry Member(string name) => Checked(_zip.GetEntry(_root + name) ?? throw Fault(name, "is missing from the archive."));

    // Without compression a member is never larger than the file that it stands in.
    ZipArchiveEntry Checked(ZipArchiveEntry member) => member.CompressedLength == member.Length
        ? member
        : throw Fault(member.Name, "is compressed, which torch.save never does.");

    byte[] ReadSmall(ZipArchiveEntry member, int maxLength)
    {
        if (member.Length > maxLength)
            throw Fault(member.Name, $"expected at most {maxLength} bytes, found {member.Length}.");
        return Guarded(member.Name, () =>
        {
            using Stream stream = member.Open();
            var bytes = new byte[member.Length];
            stream.ReadExactly(bytes);
            return bytes;
        });
    }

    T Guarded<T>(string? item, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new WeightsFormatException(_source, item, $"the zip archive is truncated or damaged: {e.Message}", e);
        }
    }

    WeightsFormatException Fault(string? item, string fault) => new(_source, item, fault);
}
