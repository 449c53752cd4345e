using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Arithmetic on tensors of boxes, whose last dimension is x0, y0, x1, y1 unless said otherwise.</summary>
public static class Boxes
{
    /// <summary>Boxes as a tensor [N, 4], Float32.</summary>
    public static Tensor From(IReadOnlyList<Box> boxes, Device? device = null)
    {
        using var scope = NewDisposeScope();
        float[] corners = [.. boxes.SelectMany(box => new[] { box.X0, box.Y0, box.X1, box.Y1 })];
        return tensor(corners, device: device).view(-1, 4).MoveToOuterDisposeScope();
    }

    /// <summary>The boxes of a tensor [N, 4], Float32.</summary>
    public static Box[] ToManaged(Tensor boxes_N4) =>
        [.. ManagedCopy.Of<float>(boxes_N4).Chunk(4).Select(c => new Box(c[0], c[1], c[2], c[3]))];

    /// <summary>Corners x0, y0, x1, y1 from centre and size x, y, w, h.</summary>
    public static Tensor CornersFromCentres(Tensor centres)
    {
        using var scope = NewDisposeScope();
        var middle = centres[TensorIndex.Ellipsis, ..2];
        var half = centres[TensorIndex.Ellipsis, 2..] * 0.5;
        return cat([middle - half, middle + half], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Centre and size x, y, w, h from corners x0, y0, x1, y1.</summary>
    public static Tensor CentresFromCorners(Tensor corners)
    {
        using var scope = NewDisposeScope();
        var low = corners[TensorIndex.Ellipsis, ..2];
        var size = corners[TensorIndex.Ellipsis, 2..] - low;
        return cat([low + size * 0.5, size], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Width times height; the last dimension goes.</summary>
    public static Tensor Area(Tensor boxes)
    {
        using var scope = NewDisposeScope();
        var size = boxes[TensorIndex.Ellipsis, 2..] - boxes[TensorIndex.Ellipsis, ..2];
        return size.prod(-1).MoveToOuterDisposeScope();
    }

    /// <summary>The part of each box inside an image.</summary>
    public static Tensor Clip(Tensor boxes, double width, double height)
    {
        using var scope = NewDisposeScope();
        var parts = boxes.unbind(-1);
        return stack([parts[0].clamp(0, width), parts[1].clamp(0, height), parts[2].clamp(0, width), parts[3].clamp(0, height)], -1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Intersection over union of every first with every second box, 0 to 1; 0 for two empty boxes.</summary>
    /// <param name="first_M4">[..., M, 4].</param>
    /// <param name="second_K4">[..., K, 4]; leading dimensions are broadcast.</param>
    /// <returns>[..., M, K].</returns>
    public static Tensor IntersectionOverUnion(Tensor first_M4, Tensor second_K4)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (first_M4.unsqueeze(-2).unbind(-1), second_K4.unsqueeze(-3).unbind(-1));
        var width_MK = minimum(a[2], b[2]).sub_(maximum(a[0], b[0])).clamp_(min: 0);
        var height_MK = minimum(a[3], b[3]).sub_(maximum(a[1], b[1])).clamp_(min: 0);
        var intersection_MK = width_MK.mul_(height_MK);
        var union_MK = (Area(first_M4).unsqueeze(-1) + Area(second_K4).unsqueeze(-2)).sub_(intersection_MK);
        return intersection_MK.div_(union_MK.clamp_(min: 1e-12)).MoveToOuterDisposeScope();
    }
}
