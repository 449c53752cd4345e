using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Captioning;

/// <summary>Small made-up pictures with two captions each: a red, green or blue bar that lies, stands or is crossed by another.</summary>
internal static class CaptionedBars
{
    private const int Side = 32;
    private static readonly string[] Colours = ["red", "green", "blue"], Kinds = ["crossed", "lying", "standing"];

    internal sealed class Picture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string[] Caption { get; set; } = [];
    }

    internal sealed class Described
    {
        public string[] Caption { get; set; } = [];

        public string PredictedCaption { get; set; } = "";

        public float Score { get; set; }

        public string[] CandidateCaptions { get; set; } = [];

        public float[] CandidateScores { get; set; } = [];
    }

    public static Picture[] Generate(int count, int seed, int captions = 2) => [.. Enumerable.Range(0, count).Select(i => Draw(i, new Random(seed * 10_000 + i), captions))];

    public static IDataView View(MLContext ml, int count, int seed, int captions = 2) => ml.Data.LoadFromEnumerable(Generate(count, seed, captions));

    public static Described[] Describe(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.Data.CreateEnumerable<Described>(model.Transform(data), reuseRowObject: false)];

    /// <summary>A captioner of random first weights, trained within seconds.</summary>
    public static ShowTellCaptioner.Options Small(int epochs) => new()
    {
        Network = Network, FreezesEncoder = false, Optimiser = CaptioningOptimiser.Adam, LearningRate = 1e-3,
        Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 }, MaxEpochs = epochs, BatchSize = 12,
        Tokenisation = new TokenisationOptions { Kind = TokeniserKind.Words, MinimumCount = 1 },
        Inference = new CaptioningOptions { BeamSize = 3, Candidates = 2, MaximumLength = 10, BatchSize = 8 },
    };

    public static ShowTellNetworkOptions Network { get; } = new()
    {
        Encoder = new() { Architecture = SENetArchitecture.ResNet18HalfWidth, SqueezeExcitation = null, ImageSize = Side },
        EmbeddingSize = 24, HiddenSize = 24, Dropout = 0.1f,
    };

    /// <summary>Wide enough to learn the captions; narrow memories get stuck.</summary>
    public static ShowTellNetworkOptions Wide { get; } = Network with { EmbeddingSize = 256, HiddenSize = 256 };

    private static Picture Draw(int number, Random random, int captions)
    {
        int kind = number % 3, colour = number / 3 % 3;
        var pixels = new byte[3 * Side * Side];
        random.NextBytes(pixels);
        int x = random.Next(8, Side - 14), y = random.Next(8, Side - 14);
        for (int channel = 0; channel < 3; channel++)
            for (int row = 0; row < Side; row++)
                for (int column = 0; column < Side; column++)
                {
                    bool lies = row >= y && row < y + 6 && kind != 2, stands = column >= x && column < x + 6 && kind != 1;
                    ref byte pixel = ref pixels[(channel * Side + row) * Side + column];
                    pixel = lies || stands ? (byte)(channel == colour ? 255 : 10) : (byte)(pixel / 3);
                }
        string[] texts = [$"a {Kinds[kind]} {Colours[colour]} bar.", $"a {Colours[colour]} bar, {Kinds[kind]}."];
        return new Picture { Image = new RgbImage(Side, Side, pixels).ToMLImage(), Caption = texts[..captions] };
    }
}
