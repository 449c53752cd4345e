using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>A checkpoint that was read.</summary>
internal sealed class SavedRun : IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> tensors;

    private SavedRun(CheckpointFolder folder, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts)
    {
        this.tensors = tensors;
        Reader = new StateReader(tensors, texts);
        Fingerprint = folder.Parse<RunFingerprint>(texts.GetValueOrDefault(CheckpointFolder.FingerprintKey));
        State = folder.Parse<RunState>(texts.GetValueOrDefault("state"));
    }

    public StateReader Reader { get; }

    public RunFingerprint Fingerprint { get; }

    public RunState State { get; }

    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file is no checkpoint.</exception>
    public static SavedRun Read(CheckpointFolder folder)
    {
        using DisposeScope scope = NewDisposeScope();
        using IWeightsSource file = WeightsFile.Open(folder.FilePath);
        var tensors = file.Entries.ToDictionary(entry => entry.Name, entry => file.Read(entry));
        var run = new SavedRun(folder, tensors, file.Metadata);
        foreach (Tensor tensor in tensors.Values)
            tensor.DetachFromDisposeScope();
        return run;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in tensors.Values)
            tensor.Dispose();
    }
}
