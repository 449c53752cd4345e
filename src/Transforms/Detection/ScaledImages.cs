using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Images as Faster R-CNN sees them: scaled by their shorter side and padded to whole cells. Images whose padded sizes differ go through the
/// network one after the other: what an image is padded with changes its features, and results must not depend on what else is in a batch.
/// </summary>
internal sealed class ScaledImages(FasterRcnnNetworkOptions network, Device device)
{
    /// <summary>Around an image: the mean that the network subtracts, up to whole cells of its coarsest map.</summary>
    public static (RgbColour Fill, int Multiple) PaddingOf(FasterRcnnNetworkOptions network) =>
        (new RgbColour(network.Means[0], network.Means[1], network.Means[2]), 32);

    /// <summary>Runs a forward pass over all images, in as few batches as there are padded sizes.</summary>
    /// <param name="images">Of any sizes.</param>
    /// <param name="run">Gives results for a batch of scaled images, which are those of the given numbers. Every tensor that it makes is
    /// disposed.</param>
    public TResult[] Infer<TResult>(IReadOnlyList<RgbImage> images, Func<PaddedImages, int[], IReadOnlyList<TResult>> run)
    {
        using IDisposable inference = inference_mode();
        var results = new TResult[images.Count];
        foreach (var alike in Enumerable.Range(0, images.Count).GroupBy(i => PaddedSize(images[i])))
        {
            using DisposeScope scope = NewDisposeScope();
            int[] rows = [.. alike];
            foreach ((int row, TResult result) in rows.Zip(run(Load([.. rows.Select(row => images[row])]), rows)))
                results[row] = result;
        }
        return results;
    }

    private PaddedImages Load(RgbImage[] images)
    {
        var (fill, multiple) = PaddingOf(network);
        PaddedImages batch = PaddedImages.Of([.. images.Select(View)], fill, multiple);
        return batch with { Pixels_N3HW = Placed.On(device, batch.Pixels_N3HW) };
    }

    private DetectionView View(RgbImage image)
    {
        var (width, height) = network.InputSize(image.Width, image.Height);
        return new DetectionSample(image, []).Whole(width, height);
    }

    private (int, int) PaddedSize(RgbImage image)
    {
        var (width, height) = network.InputSize(image.Width, image.Height);
        int multiple = PaddingOf(network).Multiple;
        return ((width + multiple - 1) / multiple, (height + multiple - 1) / multiple);
    }
}
