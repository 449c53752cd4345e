using static TorchSharp.torch;

namespace MLNetDeepExtensions.Images;

/// <summary>Batches of images of different sizes, each in the top left corner of its place (torchvision's detectors).</summary>
public static class PaddedImages
{
    /// <summary>A batch of zeros in which images of these sizes have room.</summary>
    /// <param name="sizes">Width and height of each image in pixels; at least one.</param>
    /// <param name="multiple">Of which width and height of the batch are multiples, 1 or more.</param>
    /// <returns>Float32 [N, 3, height, width] in main memory.</returns>
    public static Tensor Empty(IReadOnlyList<(int Width, int Height)> sizes, int multiple = 1) =>
        zeros([sizes.Count, 3, Padded(sizes.Max(size => size.Height), multiple), Padded(sizes.Max(size => size.Width), multiple)]);

    private static int Padded(int length, int multiple) => (length + multiple - 1) / multiple * multiple;
}
