using System.Text.Json;
using MLNetDeepExtensions.Weights;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// The file that a killed run continues from: weights, averages, best weights, optimisers, position, random state and thread count in one safetensors
/// file, replaced atomically.
/// </summary>
internal sealed class Checkpoint
{
    /// <summary>Name of the file in the checkpoint folder.</summary>
    public const string FileName = "checkpoint.safetensors";

    private readonly string path;
    private readonly string fingerprint;

    /// <exception cref="InvalidOperationException">The folder holds a run, and the options do not say to resume it.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public Checkpoint(string directory, bool resume, RunFingerprint fingerprint)
    {
        path = Path.Combine(directory, FileName);
        this.fingerprint = JsonSerializer.Serialize(fingerprint);
        EnsureWritable(directory);
        if (File.Exists(path) && !resume)
            throw new InvalidOperationException(
                $"Checkpoint folder '{directory}' holds a run already: set {nameof(TrainingOptions.Resume)} to continue it, or choose another folder.");
    }

    /// <summary>What the folder holds; null if it is empty.</summary>
    /// <exception cref="InvalidOperationException">It holds another run.</exception>
    public SavedRun? Open()
    {
        if (!File.Exists(path))
            return null;
        SavedRun saved = SavedRun.Read(path);
        try
        {
            RunFingerprint.EnsureSame(path, fingerprint, saved.Reader.ReadText("fingerprint"));
            return saved;
        }
        catch
        {
            saved.Dispose();
            throw;
        }
    }

    public void Save<TBatch>(RunState state, ITrainingStep<TBatch> step, WeightSnapshot? average, WeightSnapshot? best)
    {
        using DisposeScope scope = NewDisposeScope();
        var writer = new StateWriter();
        writer.Write("fingerprint", fingerprint);
        writer.Write("state", JsonSerializer.Serialize(state));
        writer.Write("threads", get_num_threads());
        writer.Write("random", random.get_rng_state());
        StateWriter networks = writer.Section("networks");
        foreach ((string name, Tensor value) in WeightSnapshot.Of(step.Networks))
            networks.Write(name, value);
        foreach ((string name, OptimizerHelper optimiser) in step.Optimisers)
            OptimiserState.Save(optimiser, writer.Section("optimisers").Section(name));
        average?.Save(writer.Section("average"));
        best?.Save(writer.Section("best"));
        step.Save(writer.Section("step"));
        AtomicFile.Write(path, stream => new SafetensorsWriter(writer.Tensors, writer.Texts).WriteTo(stream));
    }

    /// <summary>Gives the networks, and the optimisers if the phase has begun, what was saved.</summary>
    public static void Restore<TBatch>(SavedRun saved, ITrainingStep<TBatch> step)
    {
        foreach ((string name, Tensor value) in WeightSnapshot.Of(step.Networks))
            saved.Reader.Section("networks").ReadInto(name, value);
        if (saved.State.PhaseStep > 0)
        {
            foreach ((string name, OptimizerHelper optimiser) in step.Optimisers)
                OptimiserState.Load(optimiser, saved.Reader.Section("optimisers").Section(name));
            step.Load(saved.Reader.Section("step"));
        }
        random.set_rng_state(saved.Reader.Read("random"));
        set_num_threads((int)saved.Reader.ReadCount("threads"));
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
