using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Draws images from an Image Transformer (Parmar et al., arXiv 1802.05751, section 4).</summary>
/// <remarks>
/// What is drawn changes by jumps where a random number crosses a border between two values. In Float64 the rounding of sums, which depends
/// on the size of the batch, does not reach that far in practice; in Float32 it does every few images.
/// </remarks>
internal static class ImageSampler
{
    /// <summary>Images [N, channels, height, width], Int64, one for each sequence of random numbers.</summary>
    /// <param name="network">In evaluation mode; best in Float64, see the remarks.</param>
    /// <param name="random">The random numbers of each image.</param>
    /// <param name="condition">What images are generated from.</param>
    /// <param name="options">How bytes are drawn.</param>
    /// <param name="given">What is there already; null for nothing.</param>
    /// <param name="isCached">False computes everything again for every position: for comparison.</param>
    /// <param name="stop">Looked at before every byte.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Tensor Draw(ImageTransformerNetwork network, IReadOnlyList<SampleRandom> random, ImageCondition condition, SamplingOptions options,
        GivenPixels? given = null, bool isCached = true, CancellationToken stop = default)
    {
        using IDisposable noGradient = inference_mode();
        using var scope = NewDisposeScope();
        using var decoder = new ImageStepDecoder(network, random.Count, condition, given, isCached);
        if (decoder.Remaining == 0)
            return given!.Pixels_NCHW.clone().MoveToOuterDisposeScope();
        IReadOnlyList<Hypothesis> drawn = new TokenSampler(options, start: 0).Run(decoder, random, decoder.Remaining, stop);
        return decoder.Pixels(tensor([.. drawn.Select(image => (long)image.Tokens[^1])], int64)).MoveToOuterDisposeScope();
    }
}
