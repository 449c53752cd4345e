using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The annotated objects of a batch of N images, padded to the same number M of objects.</summary>
/// <param name="Boxes_NM4">Corners x0, y0, x1, y1 in pixels of the network's input, Float32; zeros where there is no object.</param>
/// <param name="Classes_NM">Classes from 0, Int64; <see cref="NoObject"/> where there is no object.</param>
public sealed record DetectionTargets(Tensor Boxes_NM4, Tensor Classes_NM) : IDisposable
{
    /// <summary>The class of padding.</summary>
    public const long NoObject = -1;

    /// <summary>Packs the objects of each image; M is at least 1, so that a batch without any object needs no special case.</summary>
    /// <exception cref="ArgumentException">A box is not proper or a class is negative.</exception>
    public static DetectionTargets From(IReadOnlyList<IReadOnlyList<LabelledBox>> images, Device? device = null)
    {
        int objects = Math.Max(1, images.Max(image => image.Count));
        var boxes = new float[images.Count, objects, 4];
        var classes = new long[images.Count, objects];
        for (int n = 0; n < images.Count; n++)
            for (int m = 0; m < objects; m++)
            {
                classes[n, m] = NoObject;
                if (m < images[n].Count)
                    (boxes[n, m, 0], boxes[n, m, 1], boxes[n, m, 2], boxes[n, m, 3], classes[n, m]) = Checked(images[n][m], n, m);
            }
        return new(tensor(boxes, device: device), tensor(classes, device: device));
    }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Boxes_NM4.Dispose();
        Classes_NM.Dispose();
    }

    private static (float X0, float Y0, float X1, float Y1, long Class) Checked(LabelledBox found, int image, int position)
    {
        var (box, kind, _) = found;
        if (box.IsProper && kind >= 0)
            return (box.X0, box.Y0, box.X1, box.Y1, kind);
        throw new ArgumentException(
            $"Image {image}, object {position}: expected x0 < x1, y0 < y1 and a class from 0, got " +
            $"{box.X0}, {box.Y0}, {box.X1}, {box.Y1}, class {kind}.");
    }
}
