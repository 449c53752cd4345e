using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// The codes of an InfoGAN (section 3): first the categorical ones, then the continuous ones. To users a code is one number: the category, from 0, or the
/// value. To the generator it is a one-hot vector or the value, after the noise.
/// </summary>
/// <param name="Categories">For each categorical code, the number of its values.</param>
/// <param name="Continuous">Number of continuous codes.</param>
internal sealed record InfoGanCodes(IReadOnlyList<int> Categories, int Continuous)
{
    public static InfoGanCodes Of(InfoGanNetworkOptions options) => new(options.CategoricalCodes, options.ContinuousCodes);

    /// <summary>Numbers that users give.</summary>
    public int Count => Categories.Count + Continuous;

    /// <summary>Numbers that the generator takes.</summary>
    public int Size => CategorySize + Continuous;

    /// <summary>Numbers of all one-hot vectors.</summary>
    public int CategorySize => Categories.Sum();

    /// <summary>What the codes can tell at most, in nats: the entropy of the categories. A continuous code has no such bound.</summary>
    public double CategoricalEntropy => Categories.Sum(values => Math.Log(values));

    /// <summary>Differential entropy of the continuous codes, uniform from -1 to 1, in nats.</summary>
    public double ContinuousEntropy => Continuous * Math.Log(2);

    /// <summary>What is wrong with values for the codes; null if nothing. Continuous codes may go beyond -1 to 1, as in figure 2.</summary>
    public string? Fault(IReadOnlyList<float> codes)
    {
        if (codes.Count != Count)
            return $"Codes: expected {Count} numbers ({Categories.Count} categories, {Continuous} continuous), got {codes.Count}.";
        for (int i = 0; i < Count; i++)
        {
            if (i < Categories.Count && !(codes[i] >= 0 && codes[i] < Categories[i] && codes[i] == MathF.Floor(codes[i])))
                return $"Code {i}: expected a category, 0 to {Categories[i] - 1}, got {codes[i]}.";
            if (!float.IsFinite(codes[i]))
                return $"Code {i}: expected a finite number, got {codes[i]}.";
        }
        return null;
    }

    /// <summary>Random codes.</summary>
    public float[] Draw(SampleRandom random) =>
    [
        .. Categories.Select(values => (float)random.Below(values)),
        .. Enumerable.Range(0, Continuous).Select(_ => (float)random.Uniform(-1, 1)),
    ];

    /// <summary>Writes what the generator takes; <paramref name="target"/> is <see cref="Size"/> long.</summary>
    public void Encode(IReadOnlyList<float> codes, Span<float> target)
    {
        target.Clear();
        int start = 0;
        for (int i = 0; i < Categories.Count; i++)
        {
            target[start + (int)codes[i]] = 1;
            start += Categories[i];
        }
        for (int i = 0; i < Continuous; i++)
            target[start + i] = codes[Categories.Count + i];
    }
}
