using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Views with the objects in them, on the device.</summary>
/// <param name="Images">The views; those that are smaller than others are padded.</param>
/// <param name="Targets">Boxes in pixels of the views.</param>
/// <param name="Proposals">For each view where to look, in its pixels; empty unless the data says so.</param>
internal sealed record DetectionBatch(PaddedImages Images, DetectionTargets Targets, IReadOnlyList<IReadOnlyList<Box>> Proposals) : IDisposable
{
    /// <summary>Float32, 0 to 1.</summary>
    public Tensor Images_N3HW => Images.Pixels_N3HW;

    /// <param name="views">Of any sizes.</param>
    /// <param name="padding">What is around the smaller ones.</param>
    /// <param name="device">Where the batch is needed.</param>
    public static DetectionBatch Of(IReadOnlyList<DetectionView> views, BatchPadding padding, Device device)
    {
        PaddedImages images = PaddedImages.Of(views, padding.Fill, padding.Multiple);
        return new DetectionBatch(
            images with { Pixels_N3HW = Placed.On(device, images.Pixels_N3HW) },
            DetectionTargets.From([.. views.Select(view => view.Objects)], device), [.. views.Select(view => view.Proposals)]);
    }

    public void Dispose()
    {
        Images.Dispose();
        Targets.Dispose();
    }
}

/// <summary>How views of different sizes become one batch.</summary>
/// <param name="Fill">The colour around the smaller ones.</param>
/// <param name="Multiple">Of which width and height of the batch are multiples.</param>
internal sealed record BatchPadding(RgbColour Fill, int Multiple)
{
    /// <summary>For a network whose views all have one size.</summary>
    public static BatchPadding None { get; } = new(RgbColour.Black, 1);
}

/// <summary>A detector's loss, with the tensors that it needs for every batch.</summary>
internal abstract class DetectionLoss<TNetwork> : IDisposable
{
    public abstract IReadOnlyList<Training.LossTensor> Of(TNetwork network, DetectionBatch batch);

    public virtual void Dispose()
    {
    }
}
