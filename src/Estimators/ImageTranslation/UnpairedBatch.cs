using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>How an image is shown in training. Pixels are made when a batch is.</summary>
internal sealed record ImageSampleView(RgbImage Image, ImageView View);

/// <summary>As many images of each domain, on the device: Float32, -1 to 1.</summary>
/// <param name="X_N3HW">Of the first domain.</param>
/// <param name="Y_N3HW">Of the second.</param>
internal sealed record UnpairedBatch(Tensor X_N3HW, Tensor Y_N3HW) : IDisposable
{
    public static UnpairedBatch Of(IReadOnlyList<ImageSampleView> first, IReadOnlyList<ImageSampleView> second, int side, Device device) =>
        new(Rendered(first, side, device), Rendered(second, side, device));

    public void Dispose()
    {
        X_N3HW.Dispose();
        Y_N3HW.Dispose();
    }

    private static Tensor Rendered(IReadOnlyList<ImageSampleView> views, int side, Device device)
    {
        Tensor images_N3HW = empty([views.Count, 3, side, side]);
        var planes = new PixelPlanes(side, side);
        for (int i = 0; i < views.Count; i++)
        {
            views[i].View.Render(views[i].Image, planes);
            PixelNormalisation.Symmetric.Write(planes, images_N3HW, i);
        }
        return Placed.On(device, images_N3HW);
    }
}
