using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Classification;

/// <summary>Small made-up pictures with a class each: bars that lie, stand or cross before a noisy ground.</summary>
internal static class Bars
{
    public const int Side = 24;

    public static readonly string[] Names = ["cross", "lying", "standing"];

    internal sealed class Picture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }

    internal sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    public static Picture[] Generate(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => Draw(i % Names.Length, new Random(seed * 10_000 + i)))];

    public static IDataView View(MLContext ml, int count, int seed) => ml.Data.LoadFromEnumerable(Generate(count, seed));

    /// <summary>The smallest network of the family, trained within seconds.</summary>
    public static SENetClassificationTrainer.Options Small(int epochs) => new()
    {
        MaxEpochs = epochs, BatchSize = 12, LearningRate = 0.1, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.1 },
        Network = Network, Augmentation = ClassificationAugmentation.SmallImages with { Padding = 2 },
        Inference = new ClassificationOptions { CropFraction = 1, BatchSize = 8 },
    };

    public static SENetNetworkOptions Network { get; } = new()
    {
        Architecture = SENetArchitecture.ResNet18HalfWidth, Stem = ResNetStem.Small, ImageSize = Side,
    };

    private static Picture Draw(int kind, Random random)
    {
        var pixels = new byte[3 * Side * Side];
        random.NextBytes(pixels);
        byte[] colour = [(byte)random.Next(180, 256), (byte)random.Next(180, 256), (byte)random.Next(180, 256)];
        int x = random.Next(6, Side - 9), y = random.Next(6, Side - 9);
        for (int channel = 0; channel < 3; channel++)
            for (int row = 0; row < Side; row++)
                for (int column = 0; column < Side; column++)
                {
                    bool lies = row >= y && row < y + 3 && kind != 2, stands = column >= x && column < x + 3 && kind != 1;
                    ref byte pixel = ref pixels[(channel * Side + row) * Side + column];
                    pixel = lies || stands ? colour[channel] : (byte)(pixel / 2);
                }
        return new Picture { Image = new RgbImage(Side, Side, pixels).ToMLImage(), Label = Names[kind] };
    }
}
