using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.ImageGeneration.Metrics;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Examples;

/// <summary>How well bytes of test images are predicted.</summary>
/// <param name="Bits">Bits per byte that the network needs.</param>
/// <param name="HistogramBits">Bits per byte that the histograms of the training images' pixels need.</param>
/// <param name="ImageCount">How many images were looked at.</param>
internal sealed record ImageTransformerTest(double Bits, double HistogramBits, int ImageCount)
{
    public static ImageTransformerTest Run(GenerationData data, ImageTransformerNetworkOptions network, ImageLikelihoodTransformer likelihood)
    {
        int side = network.ImageSize;
        var histograms = new PixelHistograms(side, side, network.Channels);
        foreach (RgbImage image in SquareImages.Of(data.Train, side))
            histograms.Add(image);
        float[] bits = [.. likelihood.Transform(data.Test).GetColumn<float>("BitsPerDimension")];
        return new ImageTransformerTest(bits.Average(), SquareImages.Of(data.Test, side).Average(histograms.BitsPerDimension), bits.Length);
    }
}
