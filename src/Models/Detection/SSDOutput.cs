using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What an SSD network says about N images at its A default boxes.</summary>
/// <param name="Logits_NAC">Unnormalised log-probabilities, Float32; class 0 is the background, object class c stands at c + 1.</param>
/// <param name="Offsets_NA4">Boxes as <see cref="BoxCoder"/> encodes them, Float32.</param>
public readonly record struct SSDOutput(Tensor Logits_NAC, Tensor Offsets_NA4) : IDisposable
{
    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Logits_NAC.Dispose();
        Offsets_NA4.Dispose();
    }
}
