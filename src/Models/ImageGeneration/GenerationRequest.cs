using System.Runtime.InteropServices;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What one image is made of.</summary>
/// <param name="Seed">Of the image's own random numbers: the same request gives the same image, whatever is made beside it.</param>
/// <param name="Class">The class to draw, from 0; null if the generator knows none or draws one by the seed.</param>
/// <param name="Codes">Values of the generator's codes; null if it knows none or draws them by the seed.</param>
/// <param name="Image">The image that it is made from, if the generator makes images from others.</param>
public sealed record GenerationRequest(long Seed, int? Class = null, IReadOnlyList<float>? Codes = null, RgbImage? Image = null)
{
    /// <summary>The image's random numbers from their beginning.</summary>
    internal SampleRandom Random() => new(Seed, 0, 0);

    /// <summary>
    /// A seed made of what a row asks for, for rows without one: FNV-1a with 64 bits over the class (Int32 from 0; -1 for none) and the bits of the codes
    /// (Single), least significant byte first, and the bytes of the image.
    /// </summary>
    internal static long SeedOf(int? imageClass, IReadOnlyList<float>? codes, RgbImage? image = null)
    {
        const ulong Basis = 14695981039346656037, Prime = 1099511628211;
        int[] inputs = [imageClass ?? -1, .. (codes ?? []).Select(BitConverter.SingleToInt32Bits)];
        ulong hash = Basis;
        foreach (byte part in MemoryMarshal.AsBytes(inputs.AsSpan()))
            hash = (hash ^ part) * Prime;
        foreach (byte part in image is null ? [] : image.Pixels)
            hash = (hash ^ part) * Prime;
        return (long)hash;
    }
}
