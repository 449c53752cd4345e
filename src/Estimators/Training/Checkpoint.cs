using System.Text.Json;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// The file that a killed run continues from: weights, averages, best weights, optimisers, position, random state and thread count in one safetensors
/// file, replaced atomically.
/// </summary>
internal sealed class Checkpoint(CheckpointFolder folder, RunFingerprint fingerprint)
{
    /// <summary>What the folder holds; null if it is empty.</summary>
    /// <exception cref="InvalidOperationException">It holds another run.</exception>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file is no checkpoint.</exception>
    public SavedRun? Open()
    {
        if (!folder.HoldsRun)
            return null;
        SavedRun saved = SavedRun.Read(folder);
        try
        {
            fingerprint.EnsureSame(folder.FilePath, saved.Fingerprint);
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
        writer.Write(CheckpointFolder.FingerprintKey, JsonSerializer.Serialize(fingerprint, CheckpointFolder.Json));
        writer.Write("state", JsonSerializer.Serialize(state, CheckpointFolder.Json));
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
        AtomicFile.Write(folder.FilePath, stream => new SafetensorsWriter(writer.Tensors, writer.Texts).WriteTo(stream));
    }

    /// <summary>Gives networks, optimisers, the global random stream and the thread count what was saved.</summary>
    public static void Restore<TBatch>(SavedRun saved, ITrainingStep<TBatch> step)
    {
        foreach ((string name, Tensor value) in WeightSnapshot.Of(step.Networks))
            saved.Reader.Section("networks").ReadInto(name, value);
        foreach ((string name, OptimizerHelper optimiser) in step.Optimisers)
            OptimiserState.Load(optimiser, saved.Reader.Section("optimisers").Section(name));
        step.Load(saved.Reader.Section("step"));
        random.set_rng_state(saved.Reader.Read("random"));
        set_num_threads((int)saved.Reader.ReadCount("threads"));
    }
}
