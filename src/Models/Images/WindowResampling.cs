using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNetDeepExtensions.Images;

/// <summary>Shows a window of an image at any size, from bytes to floats in one pass. Runs on the calling thread alone.</summary>
public static class WindowResampling
{
    /// <summary>Fills <paramref name="destination"/> with the window of the image.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="window">What is shown of it, and whether it is mirrored.</param>
    /// <param name="destination">Receives values from 0 to 1; its size is the size of the view.</param>
    /// <param name="rule">How pixels are made; no pixel outside the window takes part.</param>
    /// <param name="outside">The colour where the window sticks out of the image: the result is that of padding with it first.</param>
    /// <exception cref="ArgumentException">The window is empty or not finite.</exception>
    public static void Resample(this RgbImage image, ImageWindow window, PixelPlanes destination, Resampling rule = Resampling.Bilinear, RgbColour outside = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(destination);
        Check(window);
        var across = AxisTaps.Of(rule, window.X, window.Width, destination.Width, window.MirrorX, image.Width);
        var down = AxisTaps.Of(rule, window.Y, window.Height, destination.Height, window.MirrorY, image.Height);
        bool overshoots = rule is Resampling.Bicubic or Resampling.AntialiasedBicubic;

        int left = across.First.Min(), right = Math.Min(image.Width, across.First.Max() + across.Count);
        var columns = new float[right + across.Count];   // one row of the image at output height; behind it zeros for unused taps
        for (int channel = 0; channel < 3; channel++)
            for (int y = 0; y < destination.Height; y++)
            {
                SumRows(image, channel, down, y, columns.AsSpan(left, right - left), left);
                var row = destination.Row(channel, y);
                SumColumns(columns, across, row);
                AddOutside(row, across.Outside, down.Outside[y], outside[channel]);
                if (overshoots) Limit(row);
            }
    }

    /// <summary>The window of the image at <paramref name="width"/> x <paramref name="height"/> pixels, in new planes.</summary>
    /// <inheritdoc cref="Resample(RgbImage, ImageWindow, PixelPlanes, Resampling, RgbColour)"/>
    public static PixelPlanes Resample(
        this RgbImage image, ImageWindow window, int width, int height, Resampling rule = Resampling.Bilinear, RgbColour outside = default)
    {
        var planes = new PixelPlanes(width, height);
        image.Resample(window, planes, rule, outside);
        return planes;
    }

    private static void Check(ImageWindow window)
    {
        const double limit = 1e8;   // far beyond any image, and safe for the arithmetic of pixels
        if (!(window.Width > 0 && window.Height > 0 && Math.Abs(window.X) < limit && Math.Abs(window.Y) < limit && window.Width < limit && window.Height < limit))
            throw new ArgumentException($"A window has a width and a height above zero and finite corners, got {window}.", nameof(window));
    }

    private static void SumRows(RgbImage image, int channel, AxisTaps down, int y, Span<float> sums, int left)
    {
        sums.Clear();
        for (int tap = 0; tap < down.Count; tap++)
        {
            float weight = down.Weights[y * down.Count + tap];
            if (weight != 0)
                AddWeighted(image.Row(channel, down.First[y] + tap).Slice(left, sums.Length), weight / 255, sums);
        }
    }

    private static void AddWeighted(ReadOnlySpan<byte> pixels, float weight, Span<float> sums)
    {
        int done = 0;
        for (; done <= pixels.Length - Vector<byte>.Count; done += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(pixels[done..]), out var low, out var high);
            var target = MemoryMarshal.Cast<float, Vector<float>>(sums.Slice(done, Vector<byte>.Count));
            Add(low, weight, target);
            Add(high, weight, target[2..]);
        }
        for (; done < pixels.Length; done++) sums[done] += pixels[done] * weight;
    }

    private static void Add(Vector<ushort> pixels, float weight, Span<Vector<float>> sums)
    {
        Vector.Widen(pixels, out var low, out var high);
        sums[0] += Vector.ConvertToSingle(Vector.AsVectorInt32(low)) * weight;
        sums[1] += Vector.ConvertToSingle(Vector.AsVectorInt32(high)) * weight;
    }

    private static void SumColumns(ReadOnlySpan<float> columns, AxisTaps across, Span<float> row)
    {
        var (first, weights, count) = (across.First, across.Weights, across.Count);
        if (count == 2)
        {
            for (int x = 0; x < row.Length; x++)
                row[x] = columns[first[x]] * weights[2 * x] + columns[first[x] + 1] * weights[2 * x + 1];
            return;
        }
        for (int x = 0; x < row.Length; x++)
        {
            float sum = 0;
            for (int tap = 0; tap < count; tap++) sum += columns[first[x] + tap] * weights[x * count + tap];
            row[x] = sum;
        }
    }

    // Columns outside are zero so far, and rows outside too: what is missing to a weight of one shows the fill colour.
    private static void AddOutside(Span<float> row, ReadOnlySpan<float> acrossOutside, float downOutside, float colour)
    {
        for (int x = 0; x < row.Length; x++) row[x] += colour * (acrossOutside[x] + downOutside - acrossOutside[x] * downOutside);
    }

    private static void Limit(Span<float> row)
    {
        for (int x = 0; x < row.Length; x++) row[x] = Math.Clamp(row[x], 0, 1);
    }
}
