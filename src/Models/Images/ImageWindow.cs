using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Images;

/// <summary>
/// The rectangle of an image that is shown, possibly mirrored. It may stick out of the image: outside there is one colour. Padding, zooming out, cropping and
/// mirroring are all one window, so that a single resampling executes them.
/// </summary>
/// <param name="X">Left edge in pixels of the image, may be negative.</param>
/// <param name="Y">Top edge in pixels of the image, may be negative.</param>
/// <param name="Width">Width in pixels of the image, greater than zero.</param>
/// <param name="Height">Height in pixels of the image, greater than zero.</param>
/// <param name="MirrorX">Whether left and right are exchanged.</param>
/// <param name="MirrorY">Whether top and bottom are exchanged.</param>
public readonly record struct ImageWindow(double X, double Y, double Width, double Height, bool MirrorX = false, bool MirrorY = false)
{
    /// <summary>The whole of an image.</summary>
    public static ImageWindow Whole(RgbImage image) => new(0, 0, image.Width, image.Height);

    /// <summary>The largest window of the given width per height in the middle of an image of the given size, shrunk to a fraction (1: not) of its sides.</summary>
    public static ImageWindow Centre(int imageWidth, int imageHeight, double widthPerHeight = 1, double fraction = 1)
    {
        double height = Math.Min(imageHeight, imageWidth / widthPerHeight) * fraction, width = height * widthPerHeight;
        return new((imageWidth - width) / 2, (imageHeight - height) / 2, width, height);
    }

    /// <summary>Where a box of the image (pixels) lies when this window is shown at <paramref name="width"/> x <paramref name="height"/> pixels; not clipped.</summary>
    public Box Map(Box box, int width, int height)
    {
        double scaleX = width / Width, scaleY = height / Height;
        float x0 = (float)((box.X0 - X) * scaleX), x1 = (float)((box.X1 - X) * scaleX);
        float y0 = (float)((box.Y0 - Y) * scaleY), y1 = (float)((box.Y1 - Y) * scaleY);
        return Mirrored(new Box(x0, y0, x1, y1), width, height);
    }

    /// <summary>The box of the image (pixels) that <see cref="Map"/> takes to the given one; not clipped.</summary>
    public Box Unmap(Box shown, int width, int height)
    {
        double scaleX = Width / width, scaleY = Height / height;
        var box = Mirrored(shown, width, height);
        return new((float)(X + box.X0 * scaleX), (float)(Y + box.Y0 * scaleY), (float)(X + box.X1 * scaleX), (float)(Y + box.Y1 * scaleY));
    }

    /// <summary>The pixels of a <paramref name="width"/> x <paramref name="height"/> view whose centres show the image and not what is outside of it; may be empty.</summary>
    public PixelRectangle VisiblePart(int imageWidth, int imageHeight, int width, int height)
    {
        var image = Map(new Box(0, 0, imageWidth, imageHeight), width, height);
        return new(FirstCentre(image.X0, width), FirstCentre(image.Y0, height), FirstCentre(image.X1, width), FirstCentre(image.Y1, height));
    }

    private Box Mirrored(Box box, int width, int height)
    {
        if (MirrorX) box = box with { X0 = width - box.X1, X1 = width - box.X0 };
        if (MirrorY) box = box with { Y0 = height - box.Y1, Y1 = height - box.Y0 };
        return box;
    }

    private static int FirstCentre(float edge, int length) => (int)Math.Clamp(Math.Ceiling(edge - 0.5), 0, length);
}

/// <summary>Whole pixels from (X0, Y0) inclusive to (X1, Y1) exclusive.</summary>
/// <param name="X0">Left column.</param>
/// <param name="Y0">Top row.</param>
/// <param name="X1">Column after the right one.</param>
/// <param name="Y1">Row after the bottom one.</param>
public readonly record struct PixelRectangle(int X0, int Y0, int X1, int Y1);
