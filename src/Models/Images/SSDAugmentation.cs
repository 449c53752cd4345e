using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Images;

/// <summary>SSD's augmentation: colours, zooming out, cropping by overlap, mirroring (Liu et al., SSD, sections 2.2 and 3.6).</summary>
/// <remarks>
/// Differs from the authors' program: canvas, patch and mirroring are one window which is resampled once, and colours change after that instead of before; patches
/// are on whole pixels; a patch shows the centre of at least one object if there is any.
/// </remarks>
public sealed class SSDAugmentation
{
    private readonly SSDAugmentationOptions options;

    /// <summary>An augmentation by these options.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public SSDAugmentation(SSDAugmentationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.options = options;
    }

    /// <summary>Draws one view of a sample at <paramref name="width"/> x <paramref name="height"/> pixels. Objects whose centre is not shown are left out, the others clipped.</summary>
    public DetectionView Draw(DetectionSample sample, int width, int height, SampleRandom random) => Draw(sample, _ => (width, height), random);

    /// <summary>Draws one view of a sample whose size depends on the part that is shown.</summary>
    /// <param name="sample">What is shown.</param>
    /// <param name="size">Width and height of the view in pixels, given its window.</param>
    /// <param name="random">Decides.</param>
    public DetectionView Draw(DetectionSample sample, Func<ImageWindow, (int Width, int Height)> size, SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(random);
        var colours = options.Colours.Draw(random);
        var window = Crop(ZoomOut(sample.Image, random), sample.Objects, random);
        window = window with { MirrorX = random.Chance(options.MirrorProbability), MirrorY = random.Chance(options.VerticalMirrorProbability) };
        var view = new ImageView(window) { Colours = colours, Resampling = options.Resampling, Outside = options.Canvas };
        var (width, height) = size(window);
        return new(sample.Image, view, width, height, [.. Shown(sample.Objects, window, width, height)])
        {
            Proposals = [.. sample.Proposals.Select(box => window.Map(box, width, height).Clip(width, height)).Where(box => box.IsProper)],
        };
    }

    private ImageWindow ZoomOut(RgbImage image, SampleRandom random)
    {
        if (!random.Chance(options.ZoomOutProbability)) return ImageWindow.Whole(image);
        double ratio = random.Uniform(1, options.MaxZoomOut);
        double width = Math.Round(image.Width * ratio), height = Math.Round(image.Height * ratio);
        double left = Math.Floor(random.Uniform(0, width - image.Width + 1)), top = Math.Floor(random.Uniform(0, height - image.Height + 1));
        return new(-left, -top, width, height);
    }

    private ImageWindow Crop(ImageWindow canvas, IReadOnlyList<LabelledBox> objects, SampleRandom random)
    {
        // In random order until one can be met: an even choice among those that can.
        double?[] choices = [null, .. options.CropOverlaps];
        random.Shuffle<double?>(choices);
        foreach (double? overlap in choices)
        {
            if (overlap is null) return canvas;
            for (int trial = 0; trial < options.CropTrials; trial++)
            {
                var patch = Patch(canvas, random);
                if (objects.Count == 0 || Meets(patch, objects, overlap.Value)) return patch;
            }
        }
        return canvas;
    }

    private ImageWindow Patch(ImageWindow canvas, SampleRandom random)
    {
        double scale = random.Uniform(options.MinCropScale, options.MaxCropScale);
        // The patch must fit: its wider side is at most the canvas's.
        double widest = Math.Min(options.MaxCropAspectRatio, 1 / (scale * scale));
        double ratio = random.Uniform(1 / widest, widest);
        double width = Math.Clamp(Math.Round(canvas.Width * scale * Math.Sqrt(ratio)), 1, canvas.Width);
        double height = Math.Clamp(Math.Round(canvas.Height * scale / Math.Sqrt(ratio)), 1, canvas.Height);
        double left = Math.Floor(random.Uniform(0, canvas.Width - width + 1)), top = Math.Floor(random.Uniform(0, canvas.Height - height + 1));
        return new(canvas.X + left, canvas.Y + top, width, height);
    }

    private static bool Meets(ImageWindow patch, IReadOnlyList<LabelledBox> objects, double overlap)
    {
        var box = BoxOf(patch);
        return objects.Any(o => ShowsCentre(box, o.Box)) && objects.Any(o => box.IntersectionOverUnion(o.Box) >= overlap);
    }

    private IEnumerable<LabelledBox> Shown(IReadOnlyList<LabelledBox> objects, ImageWindow window, int width, int height)
    {
        var patch = BoxOf(window);
        foreach (var item in objects)
        {
            if (!ShowsCentre(patch, item.Box)) continue;
            var box = window.Map(item.Box, width, height).Clip(width, height);
            if (box.IsProper && box.Width >= options.MinBoxSize && box.Height >= options.MinBoxSize) yield return item with { Box = box };
        }
    }

    private static Box BoxOf(ImageWindow window) =>
        new((float)window.X, (float)window.Y, (float)(window.X + window.Width), (float)(window.Y + window.Height));

    private static bool ShowsCentre(Box patch, Box box)
    {
        float x = (box.X0 + box.X1) / 2, y = (box.Y0 + box.Y1) / 2;
        return x > patch.X0 && x < patch.X1 && y > patch.Y0 && y < patch.Y1;
    }
}
