using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

/// <summary>Small made-up pictures in two styles: a box and a disc, orange on dark or blue on light. What a picture is in the other style is known.</summary>
internal static class Styles
{
    public const int Side = 24;

    private static readonly (byte, byte, byte)[] Grounds = [(50, 30, 40), (200, 220, 210)], Boxes = [(230, 130, 40), (60, 70, 190)], Discs = [(180, 60, 60), (30, 140, 150)];

    internal sealed class Picture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public bool Domain { get; set; }

        /// <summary>The same scene in the other style.</summary>
        [AnySizeImage]
        public MLImage Target { get; set; } = null!;
    }

    internal sealed class Translation
    {
        [AnySizeImage]
        public MLImage TranslatedImage { get; set; } = null!;

        [AnySizeImage]
        public MLImage ReconstructedImage { get; set; } = null!;

        public float CycleError { get; set; }
    }

    /// <summary>The smallest networks of the family.</summary>
    public static CycleGanNetworkOptions Network { get; } =
        new() { ResidualBlocks = 1, GeneratorWidth = 8, DiscriminatorWidth = 8, DiscriminatorLayers = 2 };

    public static CycleGanTranslator.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, LearningRate = 1e-3, DiscriminatorLearningRate = 1e-3, Network = Network,
        Augmentation = new TranslationAugmentation { LoadSize = Side + 2, CropSize = Side },
    };

    /// <summary>So many pictures of each style, of different scenes.</summary>
    public static Picture[] Generate(int firstStyle, int secondStyle, int seed) =>
        [.. Enumerable.Range(0, firstStyle).Select(i => Draw(seed, i, second: false)), .. Enumerable.Range(0, secondStyle).Select(i => Draw(seed, 10_000 + i, second: true))];

    public static IDataView View(MLContext ml, int firstStyle, int secondStyle, int seed) => ml.Data.LoadFromEnumerable(Generate(firstStyle, secondStyle, seed));

    /// <summary>A scene in a style.</summary>
    public static RgbImage Scene(int seed, int number, bool second, int width = Side, int height = Side)
    {
        var random = new SampleRandom(seed, 0, number);
        int style = second ? 1 : 0, size = Math.Min(width, height) / 2;
        int x = random.Below(width - size + 1), y = random.Below(height - size + 1), u = random.Below(width), v = random.Below(height), r = 3 + random.Below(4);
        return Images.Pictures.Of(width, height, (px, py) =>
            (px - u) * (px - u) + (py - v) * (py - v) < r * r ? Discs[style]
            : px >= x && px < x + size && py >= y && py < y + size ? Boxes[style] : Grounds[style]);
    }

    private static Picture Draw(int seed, int number, bool second) =>
        new() { Image = Scene(seed, number, second).ToMLImage(), Domain = second, Target = Scene(seed, number, !second).ToMLImage() };
}
