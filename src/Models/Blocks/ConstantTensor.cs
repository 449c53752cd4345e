using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>A tensor that follows from a module's options, such as a table or a mask: no part of the module's state. The module disposes
/// it.</summary>
/// <remarks>TorchSharp neither moves nor disposes buffers that are not persistent.</remarks>
internal sealed class ConstantTensor : IDisposable
{
    private readonly Tensor value;

    /// <param name="value">Taken over from its dispose scope.</param>
    public ConstantTensor(Tensor value) => this.value = value.DetachFromDisposeScope();

    /// <summary>Where it is needed: the tensor itself in main memory, else a copy that is left to the dispose scope.</summary>
    public Tensor On(Device device) => device.type == DeviceType.CPU ? value : value.to(device);

    public void Dispose() => value.Dispose();
}
