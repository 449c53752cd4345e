using System.Numerics;

namespace MLNetDeepExtensions.Images;

/// <summary>As many pixels as a processor handles at once, values from 0 to 1.</summary>
internal readonly struct RgbLanes(Vector<float> red, Vector<float> green, Vector<float> blue)
{
    public Vector<float> Channel(int number) => number switch { 0 => red, 1 => green, _ => blue };

    public RgbLanes Add(float amount) => new(Limit(red + new Vector<float>(amount)), Limit(green + new Vector<float>(amount)), Limit(blue + new Vector<float>(amount)));

    public RgbLanes Multiply(float factor) => new(Limit(red * factor), Limit(green * factor), Limit(blue * factor));

    /// <summary>Multiplies saturation (limited to 1) and turns the hue; the value stays.</summary>
    public RgbLanes ChangeHsv(float saturation, float turns)
    {
        // HSV (Smith: Color Gamut Transform Pairs, 1978) with the hue in sixths of a turn from red, chroma = value * saturation.
        var value = Vector.Max(red, Vector.Max(green, blue));
        var chroma = value - Vector.Min(red, Vector.Min(green, blue));
        var hue = Hue(value, chroma) + new Vector<float>(6 * turns);
        chroma = Vector.Min(chroma * saturation, value);
        return new(Compose(5, hue, value, chroma), Compose(3, hue, value, chroma), Compose(1, hue, value, chroma));
    }

    private Vector<float> Hue(Vector<float> value, Vector<float> chroma)
    {
        var safe = Vector.Max(chroma, new Vector<float>(1e-20f));
        var fromRed = (green - blue) / safe;
        var fromGreen = (blue - red) / safe + new Vector<float>(2);
        var fromBlue = (red - green) / safe + new Vector<float>(4);
        return Vector.ConditionalSelect(Vector.Equals(value, red), fromRed, Vector.ConditionalSelect(Vector.Equals(value, green), fromGreen, fromBlue));
    }

    // The channel falls below the value by the chroma where the hue is opposite: a trapezium with a period of six sixths.
    private static Vector<float> Compose(float offset, Vector<float> hue, Vector<float> value, Vector<float> chroma)
    {
        var k = hue + new Vector<float>(offset);
        k -= Vector.Floor(k / 6) * 6;
        return value - chroma * Limit(Vector.Min(k, new Vector<float>(4) - k));
    }

    private static Vector<float> Limit(Vector<float> x) => Vector.Min(Vector.Max(x, Vector<float>.Zero), Vector<float>.One);
}
