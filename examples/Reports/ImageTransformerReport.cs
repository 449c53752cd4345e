using MLNetDeepExtensions.ImageGeneration;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what an Image Transformer's run brought: see <see cref="GenerationRun"/>.</summary>
internal static class ImageTransformerReport
{
    /// <returns>The last line to print.</returns>
    public static string Write(string name, GenerationData data, ImageTransformerGenerationTransformer model, ImageTransformerTest test, double imagesPerSecond,
        OutputFolder output)
    {
        string end = GenerationRun.Write(name, data, model.History, imagesPerSecond,
        [
            ("imageSize", model.Network.ImageSize),
            ("channels", model.Network.Channels),
            ("pixels", model.Network.Output.ToString()),
            ("layers", model.Network.Layers),
            ("width", model.Network.Width),
            ("superResolution", model.Network.SuperResolution?.Factor),
            ("testImages", test.ImageCount),
            ("bitsPerDimension", Math.Round(test.Bits, 6)),
            ("histogramBitsPerDimension", Math.Round(test.HistogramBits, 6)),
        ], output);
        return $"{name}: bits={test.Bits:0.000} histograms={test.HistogramBits:0.000} {end}";
    }
}
