using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

/// <summary>A Self-Attention GAN that learns within seconds, and pictures for it: dark ones with a light left half, light ones with a dark left half.</summary>
internal static class SmallSelfAttentionGan
{
    public const int Side = 16;

    public static readonly string[] Names = ["dark", "light"];

    internal sealed class Picture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }

    internal sealed class Request
    {
        public long Seed { get; set; }

        public string Label { get; set; } = "";
    }

    internal sealed class Made
    {
        [AnySizeImage]
        public MLImage GeneratedImage { get; set; } = null!;
    }

    public static SelfAttentionGanNetworkOptions Network { get; } = new()
    {
        ImageSize = Side, Channels = 1, NoiseSize = 8, GeneratorChannels = [32, 16, 16], DiscriminatorChannels = [16, 32], DiscriminatorHalvings = 2, AttentionSize = 8,
    };

    public static SelfAttentionGanGenerator.Options Options(int epochs) => new()
    {
        Network = Network, MaxEpochs = epochs, BatchSize = 16, LearningRate = 1e-3, DiscriminatorLearningRate = 2e-3, AveragingDecay = 0.9,
        Schedule = new LearningRateSchedule.LinearDecay(), SettlingBatches = 4,
    };

    public static IDataView View(MLContext ml, int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(Draw).ToList());

    public static Picture Draw(int number)
    {
        var random = new Random(number);
        bool isLight = number % 2 == 1;
        var grey = new byte[Side * Side];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = (byte)((i % Side < Side / 2 == isLight ? 60 : 60 + (isLight ? 170 : 60)) + random.Next(-20, 20) - (isLight ? 0 : 30));
        return new Picture { Image = new RgbImage(Side, Side, [.. grey, .. grey, .. grey]).ToMLImage(), Label = Names[isLight ? 1 : 0] };
    }

    public static SelfAttentionGanGenerationTransformer Train(MLContext ml, SelfAttentionGanGenerator.Options options, int count = 64) =>
        ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.ImageGeneration.Trainers.SelfAttentionGan(options)).Fit(View(ml, count)).LastTransformer;

    /// <summary>Mean brightness of the left and of the right half, 0 to 255.</summary>
    public static (double Left, double Right) Halves(RgbImage image)
    {
        double left = 0, right = 0;
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++)
                _ = x < Side / 2 ? left += image[x, y].Red : right += image[x, y].Red;
        return (left * 2 / (Side * Side), right * 2 / (Side * Side));
    }
}
