using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Images;

/// <summary>YOLO's augmentation: scale and translation, exposure and saturation (Redmon et al., section 2.2), mirroring.</summary>
/// <remarks>
/// As in the authors' program, an object of which a part is shown is learnt by that part, and which object of a cell is learnt changes from
/// view to view. Differs from it: colours change after resampling, and outside of the image there is one colour.
/// </remarks>
public sealed class YoloAugmentation
{
    private readonly YoloAugmentationOptions options;

    /// <summary>An augmentation by these options.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message lists all.</exception>
    public YoloAugmentation(YoloAugmentationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.options = options;
    }

    /// <summary>Draws one view of a sample at <paramref name="width"/> x <paramref name="height"/> pixels.</summary>
    public DetectionView Draw(DetectionSample sample, int width, int height, SampleRandom random)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(random);
        ImageWindow window = options.Window.Draw(sample.Image.Width, sample.Image.Height, random);
        var colours = new ColourDistortion
        {
            Contrast = Factor(options.MaxExposure, random), Saturation = Factor(options.MaxSaturation, random),
            Hue = (float)random.Uniform(-options.MaxHue, options.MaxHue),
        };
        LabelledBox[] objects = [.. sample.Objects.Select(o => o with { Box = window.Map(o.Box, width, height).Clip(width, height) })
            .Where(o => o.Box.Width >= options.MinBoxSide * width && o.Box.Height >= options.MinBoxSide * height && o.Box.IsProper)];
        random.Shuffle<LabelledBox>(objects);
        var view = new ImageView(window) { Colours = colours, Resampling = options.Resampling, Outside = options.Outside };
        return new(sample.Image, view, width, height, objects);
    }

    /// <summary>From 1 to the largest, or its inverse.</summary>
    private static float Factor(double largest, SampleRandom random)
    {
        double factor = random.Uniform(1, largest);
        return (float)(random.Chance(0.5) ? factor : 1 / factor);
    }
}
