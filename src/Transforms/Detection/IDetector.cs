using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Detection;

/// <summary>What a detector looks at.</summary>
/// <param name="Image">Of any size.</param>
/// <param name="Proposals">Where to look, in pixels of the image, for a detector that looks only where it is told; empty otherwise.</param>
public sealed record DetectorInput(RgbImage Image, IReadOnlyList<Box> Proposals);

/// <summary>Finds objects in images: what goes before and after a network, with the tensors that this needs, such as default boxes.</summary>
internal interface IDetector<in TNetwork> : IDisposable
{
    /// <summary>
    /// The objects of each image, best first, boxes in the image's own pixels. Runs without gradients and keeps no tensor; several threads may call it.
    /// </summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="inputs">At least one.</param>
    IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(TNetwork network, IReadOnlyList<DetectorInput> inputs);
}
