using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Convolutions of 4 x 4 with TensorFlow's padding "SAME", in which the paper counts: stride 2 halves (transposed: doubles) the sides, stride 1 leaves them.
/// </summary>
/// <remarks>
/// With stride 1, "SAME" pads 1 before and 2 after. The transposed form of that is again a convolution, padded 2 before and 1 after, whose kernel is the
/// other's turned by half; it is written so, since libtorch's transposed convolution gives wrong values there.
/// </remarks>
internal static class SameConvolution
{
    private const int Kernel = 4;

    public static Convolution Create(int inputs, int outputs, int stride) =>
        nn.Conv2d(inputs, outputs, Kernel, stride: stride, padding: stride == 2 ? 1 : 0);

    public static Convolution CreateTransposed(int inputs, int outputs, int stride) =>
        stride == 2 ? nn.ConvTranspose2d(inputs, outputs, Kernel, stride: stride, padding: 1) : nn.Conv2d(inputs, outputs, Kernel);

    public static Tensor Apply(Convolution convolution, int stride, Tensor x_NCHW) =>
        convolution.call(stride == 2 ? x_NCHW : nn.functional.pad(x_NCHW, [1, 2, 1, 2]));

    public static Tensor ApplyTransposed(Convolution convolution, int stride, Tensor x_NCHW) =>
        convolution.call(stride == 2 ? x_NCHW : nn.functional.pad(x_NCHW, [2, 1, 2, 1]));
}
