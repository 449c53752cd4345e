using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Detection;

/// <summary>Finds objects in images: what goes before and after a network, with the tensors that this needs, such as default boxes.</summary>
internal interface IDetector<in TNetwork> : IDisposable
{
    /// <summary>
    /// The objects of each image, best first, boxes in the image's own pixels. Runs without gradients and keeps no tensor; several threads may call it.
    /// </summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="images">Of any sizes.</param>
    IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(TNetwork network, IReadOnlyList<RgbImage> images);
}
