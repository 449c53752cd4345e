using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What the detector says about K regions, those of the first image first.</summary>
/// <param name="Logits_KC">Unnormalised log-probabilities, Float32; class 0 is the background, object class c stands at c + 1.</param>
/// <param name="Offsets_KC4">For each class the box as a <see cref="BoxCoder"/> encodes it relative to the region, Float32.</param>
public sealed record RegionOutput(Tensor Logits_KC, Tensor Offsets_KC4) : IDisposable
{
    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Logits_KC.Dispose();
        Offsets_KC4.Dispose();
    }
}
