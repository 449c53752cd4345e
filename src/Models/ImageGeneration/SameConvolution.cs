using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Convolutions of 4 x 4 with TensorFlow's padding "SAME", in which the paper counts: stride 2 halves (transposed: doubles) the sides, stride 1 leaves them.
/// </summary>
/// <remarks>Stride 1 pads 1 before and 2 after, which PyTorch cannot say in a convolution; the transposed form is the adjoint of that.</remarks>
internal static class SameConvolution
{
    private const int Kernel = 4;

    public static Conv2d Create(int inputs, int outputs, int stride) =>
        nn.Conv2d(inputs, outputs, Kernel, stride: stride, padding: stride == 2 ? 1 : 0);

    public static ConvTranspose2d CreateTransposed(int inputs, int outputs, int stride) =>
        nn.ConvTranspose2d(inputs, outputs, Kernel, stride: stride, padding: stride == 2 ? 1 : 0);

    public static Tensor Apply(Conv2d convolution, int stride, Tensor x_NCHW) =>
        convolution.call(stride == 2 ? x_NCHW : nn.functional.pad(x_NCHW, [1, 2, 1, 2]));

    public static Tensor ApplyTransposed(ConvTranspose2d convolution, int stride, Tensor x_NCHW)
    {
        Tensor y_NCHW = convolution.call(x_NCHW);
        return stride == 2 ? y_NCHW : y_NCHW.narrow(2, 1, x_NCHW.shape[2]).narrow(3, 1, x_NCHW.shape[3]);
    }
}
