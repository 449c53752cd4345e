using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>The 13 convolutions of VGG-16 (Simonyan and Zisserman, arXiv 1409.1556, table 1, D): one map, conv5_3, stride 16.</summary>
/// <remarks>State names are those of torchvision's vgg16 without "classifier".</remarks>
internal sealed class Vgg16 : Backbone
{
    private static readonly int[][] Stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];
    private readonly Sequential features;

    public Vgg16() : base(nameof(Vgg16))
    {
        features = nn.Sequential(Layers(0, 5, ceilThirdPool: false));
        RegisterComponents();
        ConvolutionInitialisation.He(this);
    }

    public override IReadOnlyList<FeatureMap> Maps { get; } = [new(512, 16)];

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
            int inputs = stage == 0 ? 3 : Stages[stage - 1][^1];
            if (stage > 0)
                layers.Add(nn.MaxPool2d(2, stride: 2, ceil_mode: ceilThirdPool && stage == 3));
            foreach (int width in Stages[stage])
            {
                layers.AddRange([nn.Conv2d(inputs, width, 3, padding: 1), nn.ReLU(inplace: true)]);
                inputs = width;
            }
        }
        return [.. layers];
    }
}
