using System.Numerics;

namespace MLNetDeepExtensions.Images;

/// <summary>
/// One change of colours, in this order: brightness, contrast, saturation and hue, order of channels; contrast comes after hue if <see cref="ContrastLast"/>. Values
/// are limited to 0..1 after each step.
/// </summary>
public sealed record ColourDistortion
{
    /// <summary>Changes nothing.</summary>
    public static ColourDistortion None { get; } = new();

    /// <summary>Added to every channel; 1 turns black to white.</summary>
    public float Brightness { get; init; } = 0;

    /// <summary>Multiplies every channel (about black, as SSD's authors do; YOLO's exposure is the same).</summary>
    public float Contrast { get; init; } = 1;

    /// <summary>Whether contrast comes after saturation and hue.</summary>
    public bool ContrastLast { get; init; }

    /// <summary>Multiplies the saturation S of HSV.</summary>
    public float Saturation { get; init; } = 1;

    /// <summary>Added to the hue H of HSV, in turns: 1/3 makes red green, green blue and blue red.</summary>
    public float Hue { get; init; } = 0;

    /// <summary>Red, green and blue become these of the channels.</summary>
    public (int Red, int Green, int Blue) Channels { get; init; } = (0, 1, 2);

    /// <summary>Changes the pixels of a part of the picture in place.</summary>
    public void Apply(PixelPlanes planes, PixelRectangle part)
    {
        ArgumentNullException.ThrowIfNull(planes);
        if (this == None) return;
        for (int y = part.Y0; y < part.Y1; y++)
            Apply(planes.Row(0, y)[part.X0..part.X1], planes.Row(1, y)[part.X0..part.X1], planes.Row(2, y)[part.X0..part.X1]);
    }

    private void Apply(Span<float> red, Span<float> green, Span<float> blue)
    {
        int lanes = Vector<float>.Count, done = 0;
        for (; done <= red.Length - lanes; done += lanes)
            ApplyLanes(red[done..], green[done..], blue[done..]);
        if (done == red.Length) return;

        Span<float> rest = stackalloc float[3 * lanes];
        Span<float> r = rest[..lanes], g = rest.Slice(lanes, lanes), b = rest[(2 * lanes)..];
        red[done..].CopyTo(r);
        green[done..].CopyTo(g);
        blue[done..].CopyTo(b);
        ApplyLanes(r, g, b);
        r[..(red.Length - done)].CopyTo(red[done..]);
        g[..(red.Length - done)].CopyTo(green[done..]);
        b[..(red.Length - done)].CopyTo(blue[done..]);
    }

    private void ApplyLanes(Span<float> red, Span<float> green, Span<float> blue)
    {
        var pixel = new RgbLanes(new(red), new(green), new(blue));
        if (Brightness != 0) pixel = pixel.Add(Brightness);
        if (!ContrastLast && Contrast != 1) pixel = pixel.Multiply(Contrast);
        if (Saturation != 1 || Hue != 0) pixel = pixel.ChangeHsv(Saturation, Hue);
        if (ContrastLast && Contrast != 1) pixel = pixel.Multiply(Contrast);
        pixel.Channel(Channels.Red).CopyTo(red);
        pixel.Channel(Channels.Green).CopyTo(green);
        pixel.Channel(Channels.Blue).CopyTo(blue);
    }
}
