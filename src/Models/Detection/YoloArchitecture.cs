namespace MLNetDeepExtensions.Detection;

/// <summary>A convolution with a leaky rectifier.</summary>
/// <param name="Kernel">Side of the filters.</param>
/// <param name="Filters">Their number.</param>
/// <param name="Stride">Cells from one to the next.</param>
/// <param name="IsPooled">Whether the maximum of 2x2 cells follows.</param>
internal readonly record struct YoloConvolution(int Kernel, int Filters, int Stride = 1, bool IsPooled = false);

/// <summary>A hidden fully connected layer.</summary>
/// <param name="Width">Numbers that it gives.</param>
/// <param name="IsRectified">Whether a leaky rectifier follows.</param>
internal readonly record struct YoloConnection(int Width, bool IsRectified = true);

/// <summary>The layers of the paper's networks; a last fully connected layer gives the result.</summary>
internal sealed record YoloArchitecture(IReadOnlyList<YoloConvolution> Convolutions, IReadOnlyList<YoloConnection> Connections)
{
    /// <summary>Pixels of the input for each cell of the last map.</summary>
    public const int Stride = 64;

    /// <summary>Convolutions that the authors pretrained on ImageNet (section 2.2).</summary>
    public const int Pretrained = 20;

    /// <summary>Figure 3.</summary>
    private static YoloArchitecture Yolo { get; } = new(
        [
            new(7, 64, Stride: 2, IsPooled: true),
            new(3, 192, IsPooled: true),
            new(1, 128), new(3, 256), new(1, 256), new(3, 512, IsPooled: true),
            .. Repeated(4, new(1, 256), new(3, 512)), new(1, 512), new(3, 1024, IsPooled: true),
            .. Repeated(2, new(1, 512), new(3, 1024)), new(3, 1024), new(3, 1024, Stride: 2),
            new(3, 1024), new(3, 1024),
        ], [new(4096)]);

    /// <summary>The paper gives the number of convolutions alone; the rest is the authors' program of 2015.</summary>
    private static YoloArchitecture FastYolo { get; } = new(
        [
            new(3, 16, IsPooled: true), new(3, 32, IsPooled: true), new(3, 64, IsPooled: true), new(3, 128, IsPooled: true),
            new(3, 256, IsPooled: true), new(3, 512, IsPooled: true), new(3, 1024), new(3, 1024), new(3, 1024),
        ], [new(256, IsRectified: false), new(4096)]);

    public static YoloArchitecture Of(YoloVariant variant) => variant == YoloVariant.FastYolo ? FastYolo : Yolo;

    private static IEnumerable<YoloConvolution> Repeated(int times, params YoloConvolution[] layers) =>
        Enumerable.Repeat(layers, times).SelectMany(group => group);
}
