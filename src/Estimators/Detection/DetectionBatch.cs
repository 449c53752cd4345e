using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Views of one size with the objects in them, on the device.</summary>
/// <param name="Images_N3HW">Float32, 0 to 1.</param>
/// <param name="Targets">Boxes in pixels of the views.</param>
internal sealed record DetectionBatch(Tensor Images_N3HW, DetectionTargets Targets) : IDisposable
{
    public static DetectionBatch Of(IReadOnlyList<DetectionView> views, Device device)
    {
        Tensor images_N3HW = empty([views.Count, 3, views[0].Height, views[0].Width]);
        for (int i = 0; i < views.Count; i++)
            PixelNormalisation.None.Write(views[i].Render(), images_N3HW, i);
        return new DetectionBatch(
            Placed.On(device, images_N3HW), DetectionTargets.From([.. views.Select(view => view.Objects)], device));
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
