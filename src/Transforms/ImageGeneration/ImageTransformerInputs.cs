using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Brings images to what an Image Transformer reads.</summary>
/// <param name="network">What the network is.</param>
/// <param name="device">Where it runs.</param>
internal sealed class ImageTransformerInputs(ImageTransformerNetworkOptions network, Device device)
{
    /// <summary>The middle of each image at the network's size: Int64 [N, channels, side, side].</summary>
    public Tensor Pixels(IReadOnlyList<RgbImage> images) =>
        Placed.On(device, PixelBytes.Of([.. images.Select(Full)], network.Channels));

    /// <summary>What images are generated from; nothing without classes and without super-resolution.</summary>
    public ImageCondition Condition(IReadOnlyList<int> classes, IReadOnlyList<RgbImage> images) => new(
        network.Classes == 0 ? null : Placed.On(device, tensor([.. classes.Select(number => (long)number)])),
        network.SuperResolution is null ? null : Placed.On(device, PixelBytes.Of([.. images.Select(Small)], network.Channels)));

    private RgbImage Full(RgbImage image) => CentreCrop.To(image, network.ImageSize, network.ImageSize);

    /// <summary>As training makes small images of large ones; an image that is small already stays as it is.</summary>
    private RgbImage Small(RgbImage image)
    {
        int side = network.SourceSize;
        if (image.Width == side && image.Height == side)
            return image;
        RgbImage full = Full(image);
        return full.Resample(ImageWindow.Whole(full), side, side, Resampling.Area).ToImage();
    }
}
