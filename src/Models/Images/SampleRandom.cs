namespace MLNetDeepExtensions.Images;

/// <summary>
/// The random numbers of one sample: a function of seed, epoch and row and of nothing else, so that augmentation does not depend on threads, batch size or the
/// point where a run was resumed. The sequence is the same on every platform and in every version of this library.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): number n is <c>Mix(start + n * 0x9E3779B97F4A7C15)</c>, where
/// <c>start = Mix(Mix(Mix(seed) + epoch) + row)</c>.
/// </remarks>
public sealed class SampleRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>The sequence of one sample in one epoch of a run.</summary>
    public SampleRandom(long seed, long epoch, long row) => state = Mix(Mix(Mix((ulong)seed) + (ulong)epoch) + (ulong)row);

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Mix(state += Step);

    /// <summary>From 0 inclusive to 1 exclusive, in steps of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From <paramref name="low"/> inclusive to <paramref name="high"/> exclusive (both if they are equal).</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Normal with mean 0 and deviation 1 (Box and Muller 1958, of each pair the cosine); two numbers are drawn.</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return (int)Math.BigMul(NextBits(), (ulong)count, out _);
    }

    /// <summary>True with the given probability; one number is drawn in any case.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Puts the items in a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int left = items.Length; left > 1; left--)
        {
            int chosen = Below(left);
            (items[chosen], items[left - 1]) = (items[left - 1], items[chosen]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
