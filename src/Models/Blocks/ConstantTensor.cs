using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>A tensor that follows from a module's options, such as a table or a mask: no part of the module's state. The module disposes
/// it.</summary>
/// <remarks>TorchSharp neither moves nor disposes buffers that are not persistent.</remarks>
internal sealed class ConstantTensor : IDisposable
{
    private readonly Tensor value;
    private readonly Lock placing = new();
    private Tensor? copy;
    private Device? place;

    /// <param name="value">In main memory; taken over from its dispose scope.</param>
    public ConstantTensor(Tensor value) => this.value = value.DetachFromDisposeScope();

    /// <summary>Where it is needed: the tensor itself in main memory, else the copy of it on that device, which is kept for the next call. Not for the
    /// caller to dispose.</summary>
    /// <param name="device">Where the module's weights are.</param>
    public Tensor On(Device device)
    {
        if (device.type == DeviceType.CPU)
            return value;
        lock (placing)
        {
            if (copy is null || !device.Equals(place))
            {
                copy?.Dispose();
                // A tensor made in inference mode could not take part in training later.
                using IDisposable normal = inference_mode(false);
                copy = value.to(device).DetachFromDisposeScope();
                place = device;
            }
            return copy;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        value.Dispose();
        copy?.Dispose();
    }
}
