using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Detection;

/// <summary>Coloured rectangles on grey, in memory: enough for a detector to learn in seconds.</summary>
internal static class DetectionScenes
{
    private static readonly (string Name, byte Red, byte Green, byte Blue)[] Classes = [("red", 220, 30, 30), ("green", 30, 200, 30), ("blue", 40, 40, 230)];

    internal sealed class Scene
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public string[] Label { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }

    internal sealed class Detections
    {
        public string[] PredictedLabel { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    public static List<Scene> Generate(int count, int seed, int width = 96, int height = 80) =>
        [.. Enumerable.Range(0, count).Select(i => Draw(new SampleRandom(seed, 0, i), width, height))];

    private static Scene Draw(SampleRandom random, int width, int height)
    {
        byte grey = (byte)(90 + random.Below(60));
        var pixels = new byte[3 * width * height];
        Array.Fill(pixels, grey);
        var labels = new List<string>();
        var boxes = new List<float>();
        int half = width / 2;
        for (int side = 0; side < 1 + random.Below(2); side++)
        {
            (string name, byte red, byte green, byte blue) = Classes[random.Below(Classes.Length)];
            int w = 20 + random.Below(half - 22), h = 20 + random.Below(height - 24);
            int x = side * half + random.Below(half - w), y = random.Below(height - h);
            for (int row = y; row < y + h; row++)
            {
                pixels.AsSpan(row * width + x, w).Fill(red);
                pixels.AsSpan((height + row) * width + x, w).Fill(green);
                pixels.AsSpan((2 * height + row) * width + x, w).Fill(blue);
            }
            labels.Add(name);
            boxes.AddRange([x, y, x + w, y + h]);
        }
        return new Scene { Image = new RgbImage(width, height, pixels).ToMLImage(), Label = [.. labels], BoundingBoxes = [.. boxes] };
    }
}
