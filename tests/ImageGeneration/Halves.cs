using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

/// <summary>Grey pictures of three kinds: bright above, bright on the left, bright in the middle; the dark part is a little noisy.</summary>
internal static class Halves
{
    public const int Side = 8;

    public static readonly string[] Names = ["above", "left", "middle"];

    internal sealed class Picture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }

    public static IDataView View(MLContext ml, int count, int seed = 1) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => Draw(i % 3, new SampleRandom(seed, 0, i))).ToArray());

    public static (byte, byte, byte) Grey(byte level) => (level, level, level);

    private static Picture Draw(int kind, SampleRandom random)
    {
        byte bright = (byte)(200 + random.Below(56));
        return new Picture { Label = Names[kind], Image = Pictures.Of(Side, Side, (x, y) => Grey(IsBright(kind, x, y) ? bright : (byte)random.Below(40))).ToMLImage() };
    }

    private static bool IsBright(int kind, int x, int y) => kind switch
    {
        0 => y < 3,
        1 => x < 3,
        _ => x is >= 3 and < 6 && y is >= 3 and < 6,
    };
}
