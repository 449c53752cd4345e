using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Images;

/// <summary>An image with the objects in it.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Objects">Boxes in pixels of the picture.</param>
public sealed record DetectionSample(RgbImage Image, IReadOnlyList<LabelledBox> Objects)
{
    /// <summary>Where something else proposes to look for objects, in pixels of the picture.</summary>
    public IReadOnlyList<Box> Proposals { get; init; } = [];

    /// <summary>The whole picture at another size: what validation and inference see.</summary>
    public DetectionView Whole(int width, int height, Resampling resampling = Resampling.Bilinear)
    {
        var window = ImageWindow.Whole(Image);
        return new(Image, new ImageView(window) { Resampling = resampling }, width, height,
            [.. Objects.Select(o => o with { Box = window.Map(o.Box, width, height) })])
        {
            Proposals = [.. Proposals.Select(box => window.Map(box, width, height))],
        };
    }
}

/// <summary>A detection sample as a network sees it: image and boxes together, so that neither changes without the other. Pixels are made on demand.</summary>
/// <param name="Image">The picture.</param>
/// <param name="View">How it is shown.</param>
/// <param name="Width">Width of the view in pixels.</param>
/// <param name="Height">Height of the view in pixels.</param>
/// <param name="Objects">Boxes in pixels of the view.</param>
public sealed record DetectionView(RgbImage Image, ImageView View, int Width, int Height, IReadOnlyList<LabelledBox> Objects)
{
    /// <summary>Where something else proposes to look for objects, in pixels of the view.</summary>
    public IReadOnlyList<Box> Proposals { get; init; } = [];

    /// <summary>Draws the view into planes of its size.</summary>
    /// <exception cref="ArgumentException">The planes have another size.</exception>
    public void Render(PixelPlanes destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Width != Width || destination.Height != Height)
            throw new ArgumentException($"Planes: expected {Width}x{Height}, got {destination.Width}x{destination.Height}.", nameof(destination));
        View.Render(Image, destination);
    }

    /// <summary>Draws the view into new planes.</summary>
    public PixelPlanes Render()
    {
        var planes = new PixelPlanes(Width, Height);
        View.Render(Image, planes);
        return planes;
    }
}
