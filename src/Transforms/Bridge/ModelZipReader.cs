using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Bridge;

/// <summary>Reads one model from ML.NET's zip, checking lengths before and hashes while it reads.</summary>
internal sealed class ModelZipReader
{
    private readonly ModelLoadContext context;
    private readonly EntrySeal options;
    private readonly EntrySeal weights;

    /// <exception cref="InvalidDataException">The header is not one that this version of the library can read.</exception>
    public ModelZipReader(ModelLoadContext context)
    {
        this.context = context;
        context.CheckAtModel(ModelZipFormat.Version);
        int format = context.Reader.ReadInt32();
        if (format is < 1 or > ModelZipFormat.Current)
            throw new InvalidDataException($"Model of format {format}: this version of MLNetDeepExtensions reads formats 1 to {ModelZipFormat.Current}.");
        Name = context.Reader.ReadString();
        options = ReadSeal();
        weights = ReadSeal();
    }

    /// <summary>The name that the transformer's <see cref="SavedModelAttribute"/> gives.</summary>
    public string Name { get; }

    /// <summary>Reads what the model is.</summary>
    /// <param name="faults">What is wrong with it, one sentence each.</param>
    /// <exception cref="InvalidDataException">The entry is missing, too long, damaged, holds unknown fields, or has faults.</exception>
    public T ReadOptions<T>(Func<T, IEnumerable<string>>? faults = null)
    {
        using var bytes = new MemoryStream();
        ReadEntry(ModelZipFormat.OptionsEntry, options, ModelZipFormat.LongestOptions, stream => stream.CopyTo(bytes));
        T description = Parse<T>(bytes.ToArray());
        string[] found = [.. faults?.Invoke(description) ?? []];
        return found.Length == 0
            ? description
            : throw new InvalidDataException($"{ModelZipFormat.OptionsEntry} of model '{Name}' is not valid:{found.Listed()}");
    }

    /// <summary>Makes a network and reads its weights. The user's random state is left alone.</summary>
    /// <inheritdoc cref="ReadWeights"/>
    public TNetwork ReadNetwork<TNetwork>(Func<TNetwork> create) where TNetwork : Module
    {
        TorchRuntime.EnsureLoaded();
        using var random = new GlobalRandomState();
        // TorchSharp's layers leave tensors of their initialisation behind.
        using DisposeScope scope = NewDisposeScope();
        TNetwork network = create();
        try
        {
            ReadWeights(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Reads the weights into a network that was made from the options; the entry may be no longer than that network implies.</summary>
    /// <exception cref="InvalidDataException">The entry is missing, too long or damaged.</exception>
    /// <exception cref="WeightsMismatchException">The weights are of another network.</exception>
    public void ReadWeights(Module network)
    {
        Tensor[] tensors = [.. network.state_dict().Values];
        long longest = ModelZipFormat.LongestWeightsHeader(tensors.Length) + tensors.Sum(tensor => tensor.NumberOfElements * tensor.ElementSize);
        ReadEntry(ModelZipFormat.WeightsEntry, weights, longest, stream =>
        {
            using var source = new SafetensorsReader(stream, $"{ModelZipFormat.WeightsEntry} of model '{Name}'", leaveOpen: true);
            network.LoadWeights(source);
        });
    }

    private T Parse<T>(byte[] json)
    {
        try
        {
            SavedOptions<T>? saved = JsonSerializer.Deserialize<SavedOptions<T>>(json, ModelZipFormat.Json);
            return saved is { Description: not null } ? saved.Description : throw new JsonException("It has no description.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{ModelZipFormat.OptionsEntry} of model '{Name}' cannot be read: {exception.Message}", exception);
        }
    }

    private void ReadEntry(string entryName, EntrySeal seal, long longest, Action<Stream> read)
    {
        string path = Path.Combine(context.Directory ?? "", entryName);
        ZipArchiveEntry entry = EntriesOf(context.Repository).GetValueOrDefault(path.Replace('/', Path.DirectorySeparatorChar))
            ?? throw new InvalidDataException($"Model '{Name}' has no entry '{path}'.");
        if (entry.Length > longest)
            throw new InvalidDataException($"Entry '{path}' of model '{Name}' is {entry.Length} bytes long; its options allow at most {longest}.");
        if (entry.Length != seal.Length)
            throw new InvalidDataException($"Entry '{path}' of model '{Name}' was changed: {seal.Length} bytes were saved, {entry.Length} are there.");

        // Not through ML.NET's repository, which extracts the whole entry to a temporary file first.
        using Stream stream = entry.Open();
        using var sealing = new SealingStream(stream);
        ExceptionDispatchInfo? failure = Try(() => read(sealing));
        ExceptionDispatchInfo? unreadable = Try(() => sealing.CopyTo(Stream.Null));
        EntrySeal found = sealing.Seal();
        if (unreadable is not null || found.Length != seal.Length || !CryptographicOperations.FixedTimeEquals(found.Hash, seal.Hash))
        {
            throw new InvalidDataException($"Entry '{path}' of model '{Name}' was changed or damaged: its SHA-256 is not the one that was saved.",
                (failure ?? unreadable)?.SourceException);
        }
        failure?.Throw();
    }

    /// <summary>What was thrown, if anything: whether an entry is as it was saved is known only at its end, and explains everything else.</summary>
    private static ExceptionDispatchInfo? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    private EntrySeal ReadSeal() => new(context.Reader.ReadInt64(), context.Reader.ReadBytes(ModelZipFormat.HashLength));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> EntriesOf(RepositoryReader repository);
}
