using System.Security.Cryptography;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>An image of the size that the network makes.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Class">From 0; null if classes are not learned.</param>
internal sealed record GenerationSample(RgbImage Image, int? Class);

/// <summary>Real images, on the device.</summary>
/// <param name="Images_NCHW">Float32, -1 to 1, one or three channels.</param>
/// <param name="Classes_N">Int64, from 0; null if classes are not learned.</param>
internal sealed record GenerationBatch(Tensor Images_NCHW, Tensor? Classes_N) : IDisposable
{
    public int Count => (int)Images_NCHW.shape[0];

    /// <summary>How samples become batches of so many, some of them mirrored.</summary>
    public static SampleRecipe<GenerationSample, GenerationSample, GenerationBatch> Recipe(int batchSize, int channels, double mirrorProbability, Device device) => new(
        (sample, random) => random.Chance(mirrorProbability) ? sample with { Image = Mirrored(sample.Image) } : sample,
        samples => Of(samples, channels, device),
        new BatchingByCount<GenerationSample>(batchSize),
        Fingerprint);

    /// <exception cref="InvalidDataException">Some batch would have a single image, of which batch normalisation cannot learn.</exception>
    public static void EnsureAtLeastTwo(long imageCount, int batchSize)
    {
        long batches = (imageCount + batchSize - 1) / batchSize;
        if (imageCount / batches < 2)
            throw new InvalidDataException($"Batch normalisation needs batches of at least two images; {imageCount} in batches of {batchSize} leave one alone.");
    }

    private static GenerationBatch Of(IReadOnlyList<GenerationSample> samples, int channels, Device device)
    {
        Tensor images_NCHW = Placed.On(device, SymmetricImages.Of([.. samples.Select(sample => sample.Image)], channels));
        Tensor? classes_N = samples[0].Class is null ? null : Placed.On(device, tensor([.. samples.Select(sample => (long)sample.Class!)]));
        return new GenerationBatch(images_NCHW, classes_N);
    }

    private static RgbImage Mirrored(RgbImage image)
    {
        var planes = new PixelPlanes(image.Width, image.Height);
        image.Resample(ImageWindow.Whole(image) with { MirrorX = true }, planes);
        return planes.ToImage();
    }

    private static void Fingerprint(GenerationSample sample, IncrementalHash hash)
    {
        hash.AppendData(sample.Image.Pixels);
        hash.AppendData(BitConverter.GetBytes(sample.Class ?? -1));
    }

    public void Dispose()
    {
        Images_NCHW.Dispose();
        Classes_N?.Dispose();
    }
}
