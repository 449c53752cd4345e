using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>The 13 convolutions of VGG-16 (Simonyan and Zisserman, arXiv 1409.1556, table 1, D): one map, conv5_3, stride 16.</summary>
/// <remarks>State names are those of torchvision's vgg16 or, with batch normalisation, vgg16_bn, without "classifier". A
/// squeeze-and-excitation block stands after the ReLU of a convolution (Hu et al., arXiv 1709.01507, section 3.3) and is called "se" and
/// the convolution's number.</remarks>
internal sealed class Vgg16 : Backbone
{
    private static readonly int[][] Widths = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];
    private readonly Sequential features;

    public Vgg16(Normalisation normalisation = Normalisation.None, SqueezeExcitationOptions? excitation = null) : base(nameof(Vgg16))
    {
        features = nn.Sequential(NamedLayers(normalisation, excitation));
        RegisterComponents();
        ConvolutionInitialisation.He(this);
        Stages = Split(features);
    }

    public override IReadOnlyList<FeatureMap> Maps { get; } = [new(512, 16)];

    public override IReadOnlyList<IReadOnlyList<nn.Module>> Stages { get; }

    public override IReadOnlyList<Tensor> forward(Tensor images_N3HW) => [features.call(images_N3HW)];

    /// <summary>The layers of the stages from <paramref name="first"/> to before <paramref name="end"/>; each stage but the very first
    /// begins with its pooling.</summary>
    /// <param name="first">0 to 4.</param>
    /// <param name="end">1 to 5.</param>
    /// <param name="ceilThirdPool">Rounds the size after the third pooling up, as SSD does (75 becomes 38).</param>
    public static nn.Module<Tensor, Tensor>[] Layers(int first, int end, bool ceilThirdPool)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        for (int stage = first; stage < end; stage++)
        {
            int inputs = stage == 0 ? 3 : Widths[stage - 1][^1];
            if (stage > 0)
                layers.Add(nn.MaxPool2d(2, stride: 2, ceil_mode: ceilThirdPool && stage == 3));
            foreach (int width in Widths[stage])
            {
                layers.AddRange([nn.Conv2d(inputs, width, 3, padding: 1), nn.ReLU(inplace: true)]);
                inputs = width;
            }
        }
        return [.. layers];
    }

    /// <summary>The layers of a sequence from one pooling to before the next.</summary>
    public static List<List<nn.Module>> Split(Sequential layers)
    {
        var stages = new List<List<nn.Module>> { new() };
        foreach (var layer in layers.children())
        {
            if (layer is MaxPool2d)
                stages.Add([]);
            stages[^1].Add(layer);
        }
        return stages;
    }

    private static List<(string, nn.Module<Tensor, Tensor>)> NamedLayers(Normalisation normalisation, SqueezeExcitationOptions? excitation)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        int number = 0, stage = 1, block = 0, convolution = 0, channels = 0;
        foreach (var layer in Layers(0, 5, ceilThirdPool: false))
        {
            if (layer is MaxPool2d)
                (stage, block) = (stage + 1, 0);
            if (layer is Conv2d { weight: var weight })
                (block, convolution, channels) = (block + 1, number, (int)weight.shape[0]);
            layers.Add(($"{number++}", layer));
            if (layer is Conv2d && normalisation != Normalisation.None)
                layers.Add(($"{number++}", normalisation.Create(channels)));
            if (layer is ReLU && excitation?.Create(stage, block, channels) is { } se)
                layers.Add(($"se{convolution}", se));
        }
        return layers;
    }
}
