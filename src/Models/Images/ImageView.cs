namespace MLNetDeepExtensions.Images;

/// <summary>How an image is shown to a network: everything that augmentation decides about its pixels.</summary>
/// <param name="Window">The part that is shown, and whether it is mirrored.</param>
public sealed record ImageView(ImageWindow Window)
{
    /// <summary>The change of the image's colours; the colour outside stays.</summary>
    public ColourDistortion Colours { get; init; } = ColourDistortion.None;

    /// <summary>How pixels are made.</summary>
    public Resampling Resampling { get; init; } = Resampling.Bilinear;

    /// <summary>The colour where the window sticks out of the image.</summary>
    public RgbColour Outside { get; init; }

    /// <summary>Whether rows and columns change places once all else is done: with one mirror a quarter turn.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>Draws the view; its size is that of <paramref name="destination"/>.</summary>
    public void Render(RgbImage image, PixelPlanes destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (IsTransposed)
        {
            var upright = new PixelPlanes(destination.Height, destination.Width);
            RenderUpright(image, upright);
            upright.Transpose(destination);
        }
        else
            RenderUpright(image, destination);
    }

    private void RenderUpright(RgbImage image, PixelPlanes destination)
    {
        image.Resample(Window, destination, Resampling, Outside);
        Colours.Apply(destination, Window.VisiblePart(image.Width, image.Height, destination.Width, destination.Height));
    }
}
