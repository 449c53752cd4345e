using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>A point in the plane that belongs to one of three spiral arms: more than a linear classifier can tell apart.</summary>
internal sealed class SpiralPoint
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";

    /// <summary>Makes up points, the arms in turn; the same seed gives the same points.</summary>
    public static IEnumerable<SpiralPoint> Draw(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int arm = i % 3;
            double radius = random.NextDouble(), angle = 4 * radius + 2 * Math.PI / 3 * arm + 0.3 * (random.NextDouble() - 0.5);
            yield return new SpiralPoint { Features = [(float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle))], Label = $"arm {arm + 1}" };
        }
    }
}
