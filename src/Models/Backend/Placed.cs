using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backend;

/// <summary>Moves freshly made tensors to the device that they are for.</summary>
internal static class Placed
{
    /// <summary>The tensor on the device; the original is disposed unless it is there already.</summary>
    public static Tensor On(Device device, Tensor tensor)
    {
        if (tensor.device_type == device.type)
            return tensor;
        using (tensor)
            return tensor.to(device);
    }
}
