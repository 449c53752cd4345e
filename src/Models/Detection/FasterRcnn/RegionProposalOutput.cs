using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>What the region proposal network says about N images at A anchors.</summary>
/// <param name="Logits_NA">Log-odds that an anchor holds an object, Float32.</param>
/// <param name="Offsets_NA4">Boxes as a <see cref="BoxCoder"/> of variances 1 encodes them, Float32.</param>
/// <param name="Anchors_A4">Corners of the anchors in pixels of the padded images, level by level, row by row, cell by cell.</param>
/// <param name="AnchorsOfLevel">How many of the anchors lie on each map.</param>
public sealed record RegionProposalOutput(Tensor Logits_NA, Tensor Offsets_NA4, Tensor Anchors_A4, IReadOnlyList<int> AnchorsOfLevel)
    : IDisposable
{
    /// <summary>Frees the three tensors.</summary>
    public void Dispose()
    {
        Logits_NA.Dispose();
        Offsets_NA4.Dispose();
        Anchors_A4.Dispose();
    }
}
