using MLNetDeepExtensions.Backend;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>Where tokens stand, as sines and cosines of geometrically growing wave lengths: PE(p, 2i) = sin(p / 10000^(2i/d)), PE(p, 2i + 1) =
/// cos of the same (section 3.5).</summary>
public static class SinusoidalPositions
{
    private const double LongestWave = 10_000;

    /// <summary>Float32 [count, size] for the positions from <paramref name="first"/>, counted from 0.</summary>
    public static Tensor Of(int first, int count, int size, Device device)
    {
        var values = new float[count * size];
        for (int i = 0; i < size; i += 2)
        {
            // In Float64: the sine of a large Float32 is off by more than neighbouring positions differ.
            double frequency = Math.Pow(LongestWave, -(double)i / size);
            for (int p = 0; p < count; p++)
            {
                (double sine, double cosine) = Math.SinCos((first + p) * frequency);
                values[p * size + i] = (float)sine;
                values[p * size + i + 1] = (float)cosine;
            }
        }
        return Placed.On(device, tensor(values, [count, size]));
    }
}
