using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Keeps the factors that squeeze-and-excitation blocks compute on this thread, from its creation until it is disposed.</summary>
internal sealed class ExcitationRecording : IDisposable
{
    [ThreadStatic]
    private static ExcitationRecording? current;

    private readonly ExcitationRecording? outer = current;
    private readonly Dictionary<SqueezeExcitation, Tensor> excitations_NC = [];

    public ExcitationRecording() => current = this;

    /// <summary>The last factors [N, C] of a block, Float32; valid until the recording ends.</summary>
    public Tensor this[SqueezeExcitation block] => excitations_NC[block];

    /// <summary>Keeps a copy if this thread records.</summary>
    public static void Add(SqueezeExcitation block, Tensor excitation_NC11)
    {
        if (current is null)
            return;
        if (current.excitations_NC.Remove(block, out Tensor? earlier))
            earlier.Dispose();
        using var scope = NewDisposeScope();
        current.excitations_NC[block] = excitation_NC11.detach().flatten(1).to(ScalarType.Float32, copy: true).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        current = outer;
        foreach (Tensor excitation in excitations_NC.Values)
            excitation.Dispose();
    }
}
