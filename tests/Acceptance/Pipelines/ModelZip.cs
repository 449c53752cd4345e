using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace MLNetDeepExtensions.Tests.Acceptance.Pipelines;

/// <summary>A saved model, taken apart to be changed and put together again.</summary>
internal sealed class ModelZip
{
    public const string Options = "Options.json", Weights = "Weights.safetensors", Key = "Model.key";
    private readonly Dictionary<string, byte[]> entries;

    public ModelZip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        entries = archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = new MemoryStream();
            using Stream stream = entry.Open();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    /// <summary>The content of the one entry of that file name beside <see cref="Options"/>.</summary>
    public byte[] this[string fileName]
    {
        get => entries[PathOf(fileName)];
        set => entries[PathOf(fileName)] = value;
    }

    public string PathOf(string fileName)
    {
        string folder = Path.GetDirectoryName(entries.Keys.Single(path => Path.GetFileName(path) == Options))!;
        return Path.Combine(folder, fileName);
    }

    public void Remove(string fileName) => entries.Remove(PathOf(fileName));

    /// <summary>Changes an entry and the length and hash that Model.key has of it, as somebody does who knows the format.</summary>
    public void ChangeAndSeal(string fileName, Func<byte[], byte[]> change)
    {
        byte[] old = this[fileName], changed = change(old);
        this[fileName] = changed;
        Replace(Key, SealOf(old), SealOf(changed));
    }

    /// <summary>Replaces bytes that stand once in an entry by as many others.</summary>
    public void Replace(string fileName, byte[] old, byte[] replacement)
    {
        byte[] content = this[fileName];
        int place = content.AsSpan().IndexOf(old);
        Assert.AreEqual(old.Length, replacement.Length);
        Assert.AreNotEqual(-1, place, $"{fileName} has no {Convert.ToHexString(old)}");
        replacement.CopyTo(content, place);
    }

    public byte[] ToArray()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string path, byte[] content) in entries)
            {
                using Stream stream = archive.CreateEntry(path).Open();
                stream.Write(content);
            }
        }
        return zip.ToArray();
    }

    private static byte[] SealOf(byte[] content)
    {
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, content.Length);
        return [.. length, .. SHA256.HashData(content)];
    }
}
