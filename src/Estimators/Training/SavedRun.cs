using System.Text.Json;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>A checkpoint that was read.</summary>
internal sealed class SavedRun : IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> tensors;

    private SavedRun(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts)
    {
        this.tensors = tensors;
        Reader = new StateReader(tensors, texts);
        State = JsonSerializer.Deserialize<RunState>(Reader.ReadText("state")) ?? throw new InvalidDataException("The checkpoint has no state.");
    }

    public StateReader Reader { get; }

    public RunState State { get; }

    public static SavedRun Read(string path)
    {
        using IWeightsSource file = WeightsFile.Open(path);
        var tensors = file.Entries.ToDictionary(entry => entry.Name, entry => file.Read(entry).DetachFromDisposeScope());
        return new SavedRun(tensors, file.Metadata);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in tensors.Values)
            tensor.Dispose();
    }
}
