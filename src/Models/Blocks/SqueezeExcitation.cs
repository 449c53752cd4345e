using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>
/// Rescales each channel by a factor between 0 and 1 that depends on all channels (Hu et al., arXiv 1709.01507, equations 2 to 4): mean
/// over space, two dense layers with ReLU and sigmoid, multiplication.
/// </summary>
/// <remarks>State names are those of timm and torchvision: "fc1" and "fc2", dense layers written as 1x1 convolutions.</remarks>
public sealed class SqueezeExcitation : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d fc1, fc2;

    /// <param name="channels">Channels of the input.</param>
    /// <param name="hidden">Units between the two layers; channels over the reduction ratio.</param>
    /// <param name="biases">The layers have biases, as in almost all public weights; the paper's equation 3 has none.</param>
    /// <param name="name">What the block is called in a profile, "SE_{stage}_{block}".</param>
    public SqueezeExcitation(int channels, int hidden, bool biases = true, string name = nameof(SqueezeExcitation)) : base(name)
    {
        Channels = channels;
        fc1 = nn.Conv2d(channels, hidden, 1, bias: biases);
        fc2 = nn.Conv2d(hidden, channels, 1, bias: biases);
        RegisterComponents();
    }

    /// <summary>Channels of input and result.</summary>
    public int Channels { get; }

    /// <summary><paramref name="x_NCHW"/> times its excitation.</summary>
    public override Tensor forward(Tensor x_NCHW)
    {
        using var scope = NewDisposeScope();
        var excitation_NC11 = Excitation(x_NCHW);
        ExcitationRecording.Add(this, excitation_NC11);
        return (x_NCHW * excitation_NC11.to(x_NCHW.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>The factors [N, C, 1, 1].</summary>
    private Tensor Excitation(Tensor x_NCHW)
    {
        // 12,544 cells of a map in bfloat16 do not add up to three digits.
        var squeezed_NC11 = x_NCHW.mean([2, 3], keepdim: true, type: ScalarType.Float32).to(fc1.weight.dtype);
        return fc2.call(fc1.call(squeezed_NC11).relu_()).sigmoid_();
    }
}
