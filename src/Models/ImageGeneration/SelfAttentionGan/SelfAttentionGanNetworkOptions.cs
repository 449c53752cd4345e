using MLNetDeepExtensions.Settings;
using System.Numerics;
using System.Text.Json.Serialization;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What the two networks of a Self-Attention GAN are. Defaults: the paper's for 128 x 128 pixels.</summary>
public sealed record SelfAttentionGanNetworkOptions
{
    internal const int FirstSide = 4, SmallestImage = 16, LargestImage = 128;

    /// <summary>The network for small images, such as handwritten digits, that two processor cores can train: a quarter of the usual width, deeper in the
    /// discriminator than usual.</summary>
    public static SelfAttentionGanNetworkOptions Small { get; } = new()
    {
        ImageSize = 32, GeneratorChannels = [128, 64, 32, 32], DiscriminatorChannels = [32, 64, 64, 64], DiscriminatorHalvings = 3, AttentionSize = 16,
    };

    /// <summary>Number of classes; 0 for a generator without. A trainer takes it from the label's keys.</summary>
    public int Classes { get; init; }

    /// <summary>Side of the images in pixels: 16, 32, 64 or 128.</summary>
    public int ImageSize { get; init; } = 128;

    /// <summary>Channels of the images: 3, or 1 for grey.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Numbers of an image's noise, which is normal. At least 1.</summary>
    public int NoiseSize { get; init; } = 128;

    /// <summary>
    /// Channels of the generator's 4 x 4 map and after each of its blocks, every one of which doubles the side: multiples of 8. Null for the usual ones: 1024,
    /// 1024, 512, 256, 128, 64 for 128 pixels; 1024, 512, 256, 128, 64 for 64; 256 everywhere for fewer.
    /// </summary>
    public IReadOnlyList<int>? GeneratorChannels { get; init; }

    /// <summary>
    /// Channels after each of the discriminator's blocks: multiples of 8. Null for the usual ones: 64, 128, 256, 512, 1024, 1024 for 128 pixels; 64, 128,
    /// 256, 512, 1024 for 64; 128, 128, 128, 128 for fewer.
    /// </summary>
    public IReadOnlyList<int>? DiscriminatorChannels { get; init; }

    /// <summary>First blocks of the discriminator that halve the side; null for the usual 5 for 128 pixels, 4 for 64, 2 for fewer.</summary>
    public int? DiscriminatorHalvings { get; init; }

    /// <summary>
    /// Side of the map that both networks' attention looks at: a power of two that both have (section 4, table 1). 0 for no attention; null for the usual 32
    /// for 128 and 64 pixels, half of the side for fewer.
    /// </summary>
    public int? AttentionSize { get; init; }

    internal IReadOnlyList<int> GeneratorPlan => GeneratorChannels ?? ImageSize switch
    {
        128 => [1024, 1024, 512, 256, 128, 64],
        64 => [1024, 512, 256, 128, 64],
        _ => [.. Enumerable.Repeat(256, Doublings + 1)],
    };

    internal IReadOnlyList<int> DiscriminatorPlan => DiscriminatorChannels ?? ImageSize switch
    {
        128 => [64, 128, 256, 512, 1024, 1024],
        64 => [64, 128, 256, 512, 1024],
        _ => [128, 128, 128, 128],
    };

    internal int Halvings => DiscriminatorHalvings ?? ImageSize switch { 128 => 5, 64 => 4, _ => 2 };

    /// <summary>Side of the map that attention looks at; 0 without attention.</summary>
    [JsonIgnore]
    public int AttentionSide => AttentionSize ?? Math.Min(32, ImageSize / 2);

    private int Doublings => BitOperations.Log2((uint)Math.Max(ImageSize, FirstSide) / FirstSide);

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (Classes < 0)
            yield return $"{nameof(Classes)}: expected at least 0, got {Classes}.";
        if (NoiseSize < 1)
            yield return $"{nameof(NoiseSize)}: expected at least 1, got {NoiseSize}.";
        if (Channels is not (1 or 3))
            yield return $"{nameof(Channels)}: expected 1 or 3, got {Channels}.";
        if (!BitOperations.IsPow2(ImageSize) || ImageSize is < SmallestImage or > LargestImage)
        {
            yield return $"{nameof(ImageSize)}: expected 16, 32, 64 or 128, got {ImageSize}.";
            yield break;
        }
        foreach (string fault in PlanFaults(nameof(GeneratorChannels), GeneratorPlan).Concat(PlanFaults(nameof(DiscriminatorChannels), DiscriminatorPlan)))
            yield return fault;
        if (GeneratorPlan.Count != Doublings + 1)
            yield return $"{nameof(GeneratorChannels)}: expected {Doublings + 1} numbers for images of {ImageSize} pixels, got {GeneratorPlan.Count}.";
        if (DiscriminatorPlan.Count < 1 || Halvings < 1 || Halvings > Math.Min(DiscriminatorPlan.Count, Doublings + 1))
        {
            yield return $"{nameof(DiscriminatorHalvings)}: expected 1 to {Math.Min(DiscriminatorPlan.Count, Doublings + 1)} for images of {ImageSize} pixels and "
                + $"{DiscriminatorPlan.Count} blocks, got {Halvings}.";
        }
        else if (AttentionSide != 0 && (!BitOperations.IsPow2(AttentionSide) || AttentionSide < Math.Max(2 * FirstSide, ImageSize >> Halvings) || AttentionSide > ImageSize / 2))
        {
            yield return $"{nameof(AttentionSize)}: expected 0, or a power of two from {Math.Max(2 * FirstSide, ImageSize >> Halvings)} to {ImageSize / 2}, got {AttentionSide}.";
        }
    }

    private static IEnumerable<string> PlanFaults(string name, IReadOnlyList<int> channels) =>
        channels.All(count => count >= 8 && count % 8 == 0)
            ? []
            : [$"{name}: expected multiples of 8, got {string.Join(", ", channels)}."];

    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    internal void EnsureValid()
    {
        Faults().ThrowIfAny(nameof(SelfAttentionGanNetworkOptions));
    }

    /// <inheritdoc/>
    public bool Equals(SelfAttentionGanNetworkOptions? other) => other is not null
        && (Classes, ImageSize, Channels, NoiseSize) == (other.Classes, other.ImageSize, other.Channels, other.NoiseSize)
        && (Halvings, AttentionSide) == (other.Halvings, other.AttentionSide)
        && GeneratorPlan.SequenceEqual(other.GeneratorPlan) && DiscriminatorPlan.SequenceEqual(other.DiscriminatorPlan);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Classes, ImageSize, Channels, NoiseSize, Halvings, AttentionSide);
}
