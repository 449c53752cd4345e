using System.Text.Json.Serialization;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What an Image Transformer's <c>GeneratedImage</c> is.</summary>
public enum ImageTransformerTask
{
    /// <summary>A new image; with super-resolution, the given image at the network's size.</summary>
    Generate,

    /// <summary>The given image, of which the lower part is drawn anew (Parmar et al., arXiv 1802.05751, section 5.1, figure 2).</summary>
    Complete,
}

/// <summary>How a trained Image Transformer makes images.</summary>
public sealed record ImageTransformerGenerationOptions : GenerationOptions
{
    /// <summary>16 images at once: keys and values of all layers are kept for each.</summary>
    public ImageTransformerGenerationOptions() => BatchSize = 16;

    /// <summary>What is made. With <see cref="ImageTransformerTask.Complete"/>, and always with super-resolution, an image is read.</summary>
    public ImageTransformerTask Task { get; init; }

    /// <summary>Part of a given image's height that is kept, from the top: above 0 to below 1. Only for completion.</summary>
    public double GivenFraction { get; init; } = 0.5;

    /// <summary>Scores are divided by this before softmax, above 0; below 1 images are smoother and more alike (section 5.2 has 0.8 to 1).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many of the likeliest values of a byte can be drawn, 1 to 256; null for all.</summary>
    public int? TopCount { get; init; }

    /// <summary>Ends drawing within one byte; for settings of a model in use, not saved with it.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Rows of a given image that are kept, of so many; 0 unless images are completed.</summary>
    internal int GivenRows(int height) =>
        Task == ImageTransformerTask.Complete ? (int)Math.Clamp(Math.Round(GivenFraction * height), 1, height - 1) : 0;

    internal SamplingOptions Sampling => new() { Temperature = Temperature, TopCount = TopCount };

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults().Concat(Sampling.Faults()))
            yield return fault;
        if (!Enum.IsDefined(Task))
            yield return $"{nameof(Task)}: expected a member of {nameof(ImageTransformerTask)}, got {Task}.";
        if (GivenFraction is not (> 0 and < 1))
            yield return $"{nameof(GivenFraction)}: expected above 0 to below 1, got {GivenFraction}.";
        // Drawing takes place in 64 bits, so that an image does not depend on its batch.
        if (Precision != Precision.Float32)
            yield return $"{nameof(Precision)}: expected {Precision.Float32}, got {Precision}.";
    }
}
