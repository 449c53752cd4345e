namespace MLNetDeepExtensions.Images;

/// <summary>Images brought to one size without distortion.</summary>
internal static class CentreCrop
{
    /// <summary>The largest part in the middle that has the shape of the size asked for, at that size; the image itself if it has it.</summary>
    public static RgbImage To(RgbImage image, int width, int height)
    {
        if (image.Width == width && image.Height == height)
            return image;
        var planes = new PixelPlanes(width, height);
        image.Resample(ImageWindow.Centre(image.Width, image.Height, (double)width / height), planes, Resampling.AntialiasedBilinear, RgbColour.Black);
        return planes.ToImage();
    }
}
