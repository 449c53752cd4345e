using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Detection;

/// <summary>Finds objects in images: a network with what goes before and after it.</summary>
internal interface IDetector
{
    /// <summary>The objects of each image, best first, boxes in the image's own pixels. Runs without gradients and keeps no tensor.</summary>
    IReadOnlyList<IReadOnlyList<DetectedObject>> Detect(IReadOnlyList<RgbImage> images);
}
