using System.Text.Json;
using System.Text.Json.Serialization;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Training;

/// <summary>The folder that a run keeps its checkpoint in; looked at before anything else, so that faults show before time is spent.</summary>
internal sealed class CheckpointFolder
{
    /// <summary>Name of the checkpoint's file.</summary>
    public const string FileName = "checkpoint.safetensors";

    /// <summary>Key of the <see cref="RunFingerprint"/> among the file's texts.</summary>
    public const string FingerprintKey = "fingerprint";

    /// <summary>How the file's texts are written; metrics may be infinite or not a number.</summary>
    public static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private CheckpointFolder(string directory)
    {
        FilePath = Path.Combine(directory, FileName);
        EnsureWritable(directory);
    }

    /// <summary>The folder that the options name; null if they name none.</summary>
    /// <exception cref="InvalidOperationException">It holds a run, and the options do not say to resume it.</exception>
    /// <exception cref="IOException">It cannot be written to.</exception>
    public static CheckpointFolder? Of(TrainingOptions options)
    {
        if (options.CheckpointDirectory is not { } directory)
            return null;
        var folder = new CheckpointFolder(directory);
        return folder.HoldsRun && !options.Resume
            ? throw new InvalidOperationException(
                $"Checkpoint folder '{directory}' holds a run already: set {nameof(TrainingOptions.Resume)} to continue it, or choose another folder.")
            : folder;
    }

    public string FilePath { get; }

    public bool HoldsRun => File.Exists(FilePath);

    /// <summary>Seed of the run that the folder holds; null if it is empty.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file is no checkpoint.</exception>
    public long? Seed()
    {
        if (!HoldsRun)
            return null;
        using IWeightsSource file = WeightsFile.Open(FilePath);
        return Parse<RunFingerprint>(file.Metadata.GetValueOrDefault(FingerprintKey)).Seed;
    }

    /// <summary>An object among the file's texts.</summary>
    /// <exception cref="InvalidDataException">It is missing or no JSON.</exception>
    public T Parse<T>(string? json)
    {
        try
        {
            return (json is null ? default : JsonSerializer.Deserialize<T>(json, Json)) ?? throw new InvalidDataException($"'{FilePath}' is no checkpoint of a run.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Checkpoint '{FilePath}' is damaged: {exception.Message}", exception);
        }
    }

    private static void EnsureWritable(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            string probe = Path.Combine(directory, $".{Guid.NewGuid():n}");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Checkpoint folder '{directory}' cannot be written to: {exception.Message}", exception);
        }
    }
}
