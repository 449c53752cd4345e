using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Classification;

/// <summary>An image with its class.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Class">From 0.</param>
internal sealed record ClassificationSample(RgbImage Image, int Class);

/// <summary>How a sample is shown in training. Pixels are made when a batch is.</summary>
internal sealed record ClassificationSampleView(ClassificationSample Sample, ImageView View);

/// <summary>Images of one size with their classes, on the device.</summary>
/// <param name="Images_N3HW">Float32, 0 to 1.</param>
/// <param name="Classes_N">Int64, from 0.</param>
internal sealed record ClassificationBatch(Tensor Images_N3HW, Tensor Classes_N) : IDisposable
{
    public static ClassificationBatch Of(IReadOnlyList<ClassificationSampleView> views, int side, Device device)
    {
        Tensor images_N3HW = empty([views.Count, 3, side, side]);
        var planes = new PixelPlanes(side, side);
        for (int i = 0; i < views.Count; i++)
        {
            views[i].View.Render(views[i].Sample.Image, planes);
            PixelNormalisation.None.Write(planes, images_N3HW, i);
        }
        return new ClassificationBatch(Placed.On(device, images_N3HW), Placed.On(device, tensor([.. views.Select(view => (long)view.Sample.Class)])));
    }

    public void Dispose()
    {
        Images_N3HW.Dispose();
        Classes_N.Dispose();
    }
}
