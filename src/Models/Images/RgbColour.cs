namespace MLNetDeepExtensions.Images;

/// <summary>A colour, or one number per channel; 0 is black, 1 is full intensity.</summary>
/// <param name="Red">Red, 0 to 1.</param>
/// <param name="Green">Green, 0 to 1.</param>
/// <param name="Blue">Blue, 0 to 1.</param>
public readonly record struct RgbColour(float Red, float Green, float Blue)
{
    /// <summary>(0, 0, 0).</summary>
    public static RgbColour Black => default;

    /// <summary>(1, 1, 1).</summary>
    public static RgbColour White => new(1, 1, 1);

    /// <summary>The channel by number: 0 red, 1 green, 2 blue.</summary>
    public float this[int channel] => channel switch
    {
        0 => Red,
        1 => Green,
        2 => Blue,
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "A colour has the channels 0, 1 and 2."),
    };

    /// <summary>The colour of three bytes.</summary>
    public static RgbColour FromBytes(byte red, byte green, byte blue) => new(red / 255f, green / 255f, blue / 255f);
}
