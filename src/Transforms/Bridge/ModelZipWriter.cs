using System.IO.Compression;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.ML;
using TorchSharp;

namespace MLNetDeepExtensions.Bridge;

/// <summary>Writes one model into ML.NET's zip. Dispose writes the header, which seals the entries.</summary>
internal sealed class ModelZipWriter(ModelSaveContext context, string name) : IDisposable
{
    private EntrySeal options = new(0, new byte[ModelZipFormat.HashLength]);
    private EntrySeal weights = new(0, new byte[ModelZipFormat.HashLength]);

    /// <summary>Writes what the model is, as JSON.</summary>
    public void WriteOptions<T>(T description)
    {
        var saved = new SavedOptions<T>(name, ModelZipFormat.Current, VersionOf(typeof(ModelZipWriter)), VersionOf(typeof(torch)), description);
        options = WriteEntry(ModelZipFormat.OptionsEntry, CompressionLevel.Optimal,
            stream => JsonSerializer.Serialize(stream, saved, ModelZipFormat.Json));
    }

    /// <summary>Writes the weights, uncompressed: deflate saves a tenth of the size and costs twenty times the time.</summary>
    public void WriteWeights(Action<Stream> write) =>
        weights = WriteEntry(ModelZipFormat.WeightsEntry, CompressionLevel.NoCompression, write);

    public void Dispose()
    {
        context.CheckAtModel();
        context.SetVersionInfo(ModelZipFormat.Version);
        context.Writer.Write(ModelZipFormat.Current);
        context.Writer.Write(name);
        foreach (EntrySeal seal in (ReadOnlySpan<EntrySeal>)[options, weights])
        {
            context.Writer.Write(seal.Length);
            context.Writer.Write(seal.Hash);
        }
    }

    private EntrySeal WriteEntry(string entryName, CompressionLevel compression, Action<Stream> write)
    {
        // Not through ML.NET's repository, which deflates every entry and writes it to a temporary file first.
        ZipArchiveEntry entry = ArchiveOf(context.Repository).CreateEntry(Path.Combine(context.Directory ?? "", entryName), compression);
        using Stream stream = entry.Open();
        using var sealing = new SealingStream(stream);
        write(sealing);
        return sealing.Seal();
    }

    internal static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_archive")]
    private static extern ref ZipArchive ArchiveOf(RepositoryWriter repository);
}
