using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Views with the objects in them, on the device.</summary>
/// <param name="Images_N3HW">Float32, 0 to 1; views that are smaller than others end in zeros to the right and at the bottom.</param>
/// <param name="Sizes">Width and height of each view in pixels.</param>
/// <param name="Targets">Boxes in pixels of the views.</param>
/// <param name="Proposals">For each view where to look, in its pixels; empty unless the data says so.</param>
internal sealed record DetectionBatch(
    Tensor Images_N3HW, IReadOnlyList<(int Width, int Height)> Sizes, DetectionTargets Targets, IReadOnlyList<IReadOnlyList<Box>> Proposals) : IDisposable
{
    /// <param name="views">Of any sizes.</param>
    /// <param name="device">Where the batch is needed.</param>
    /// <param name="multiple">Of which width and height of the batch are multiples.</param>
    public static DetectionBatch Of(IReadOnlyList<DetectionView> views, Device device, int multiple = 1)
    {
        (int Width, int Height)[] sizes = [.. views.Select(view => (view.Width, view.Height))];
        Tensor images_N3HW = PaddedImages.Empty(sizes, multiple);
        for (int i = 0; i < views.Count; i++)
            PixelNormalisation.None.Write(views[i].Render(), images_N3HW, i);
        return new DetectionBatch(Placed.On(device, images_N3HW), sizes,
            DetectionTargets.From([.. views.Select(view => view.Objects)], device), [.. views.Select(view => view.Proposals)]);
    }

    public void Dispose()
    {
        Images_N3HW.Dispose();
        Targets.Dispose();
    }
}

/// <summary>A detector's loss, with the tensors that it needs for every batch.</summary>
internal abstract class DetectionLoss<TNetwork> : IDisposable
{
    public abstract IReadOnlyList<Training.LossTensor> Of(TNetwork network, DetectionBatch batch);

    public abstract void Dispose();
}
