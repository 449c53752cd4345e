using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MLNetDeepExtensions.Images;

/// <summary>What a network expects of colours: (value - mean) / deviation per channel, for values from 0 to 1; and the way between planes and tensors.</summary>
/// <param name="Mean">Subtracted first.</param>
/// <param name="Deviation">Divided by; greater than zero.</param>
public sealed record PixelNormalisation(RgbColour Mean, RgbColour Deviation)
{
    /// <summary>0 to 1 as it is (YOLO).</summary>
    public static PixelNormalisation None { get; } = new(RgbColour.Black, RgbColour.White);

    /// <summary>-1 to 1, as networks that end in tanh draw (the GANs).</summary>
    public static PixelNormalisation Symmetric { get; } = new(new(.5f, .5f, .5f), new(.5f, .5f, .5f));

    /// <summary>Mean and deviation over ImageNet, as torchvision's and timm's networks are trained.</summary>
    public static PixelNormalisation ImageNet { get; } = new(new(.485f, .456f, .406f), new(.229f, .224f, .225f));

    /// <summary>Bytes minus the mean (123, 117, 104), as the VGG network of the Caffe authors (SSD).</summary>
    public static PixelNormalisation CaffeMean { get; } = new(RgbColour.FromBytes(123, 117, 104), RgbColour.FromBytes(1, 1, 1));

    /// <summary>Writes normalised planes into image <paramref name="index"/> of a batch.</summary>
    /// <param name="planes">Values from 0 to 1.</param>
    /// <param name="batch_N3HW">Float32, contiguous, in main memory; height and width as the planes'.</param>
    /// <param name="index">Which of the N images.</param>
    /// <exception cref="ArgumentException">The tensor is of another shape, type or place.</exception>
    public void Write(PixelPlanes planes, torch.Tensor batch_N3HW, int index)
    {
        ArgumentNullException.ThrowIfNull(planes);
        ArgumentNullException.ThrowIfNull(batch_N3HW);
        Check(planes, batch_N3HW, index);
        var image = MemoryMarshal.Cast<byte, float>(batch_N3HW.bytes).Slice(index * planes.Values.Length, planes.Values.Length);
        int area = planes.Width * planes.Height;
        for (int channel = 0; channel < 3; channel++)
        {
            float scale = 1 / Deviation[channel], shift = -Mean[channel] / Deviation[channel];
            MultiplyAdd(planes.Plane(channel), scale, shift, image.Slice(channel * area, area));
        }
    }

    /// <summary>Image <paramref name="index"/> of normalised ones as bytes, by the rounding of <see cref="PixelPlanes.ToImage"/>.</summary>
    /// <param name="images_N3HW">Any floating type, any device; N images of what <see cref="Write"/> writes.</param>
    /// <param name="index">Which of the N images.</param>
    /// <exception cref="ArgumentException">The tensor does not have four axes with three channels.</exception>
    public RgbImage Read(torch.Tensor images_N3HW, int index)
    {
        ArgumentNullException.ThrowIfNull(images_N3HW);
        if (images_N3HW.dim() != 4 || images_N3HW.shape[1] != 3)
            throw new ArgumentException($"Images: expected [N, 3, height, width], got [{string.Join(", ", images_N3HW.shape)}].", nameof(images_N3HW));
        using var scope = torch.NewDisposeScope();
        var image_3HW = images_N3HW[index].detach().to(torch.ScalarType.Float32).cpu().contiguous();
        var planes = new PixelPlanes((int)image_3HW.shape[2], (int)image_3HW.shape[1]);
        MemoryMarshal.Cast<byte, float>(image_3HW.bytes).CopyTo(planes.Values);
        for (int channel = 0; channel < 3; channel++)
            foreach (ref float value in planes.Plane(channel)) value = value * Deviation[channel] + Mean[channel];
        return planes.ToImage();
    }

    private static void MultiplyAdd(ReadOnlySpan<float> source, float scale, float shift, Span<float> target)
    {
        int done = 0;
        for (; done <= source.Length - Vector<float>.Count; done += Vector<float>.Count)
            (new Vector<float>(source[done..]) * scale + new Vector<float>(shift)).CopyTo(target[done..]);
        for (; done < source.Length; done++) target[done] = source[done] * scale + shift;
    }

    private static void Check(PixelPlanes planes, torch.Tensor batch, int index)
    {
        bool fits = batch.dim() == 4 && index >= 0 && index < batch.shape[0] && batch.shape[1] == 3
            && batch.shape[2] == planes.Height && batch.shape[3] == planes.Width;
        if (!fits || batch.dtype != torch.ScalarType.Float32 || batch.device_type != DeviceType.CPU || !batch.is_contiguous())
            throw new ArgumentException(
                $"Batch for image {index}: expected contiguous Float32 [N, 3, {planes.Height}, {planes.Width}] in main memory with N > {index}, "
                + $"got {batch.dtype} [{string.Join(", ", batch.shape)}] on {batch.device}{(batch.is_contiguous() ? "" : ", not contiguous")}.", nameof(batch));
    }
}
