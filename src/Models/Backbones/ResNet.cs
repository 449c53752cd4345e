using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>The convolutional part of a residual network (He et al., arXiv 1512.03385): the results of its four stages, strides 4 to
/// 32.</summary>
/// <remarks>State names are those of torchvision's resnet18, resnet34, resnet50 without "fc".</remarks>
internal sealed class ResNet : Backbone, INormalisedConvolutions
{
    private readonly Conv2d conv1;
    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly Sequential layer1, layer2, layer3, layer4;

    public ResNet(ResNetArchitecture net) : base(nameof(ResNet))
    {
        conv1 = net.Normalisation.Convolution(3, net.Width, 7, stride: 2);
        bn1 = net.Normalisation.Create(net.Width);
        layer1 = Stage(net, 0);
        layer2 = Stage(net, 1);
        layer3 = Stage(net, 2);
        layer4 = Stage(net, 3);
        RegisterComponents();
        ConvolutionInitialisation.He(this);
        Maps = [.. Enumerable.Range(0, 4).Select(stage => new FeatureMap(net.Width * net.Expansion << stage, net.DilatesLastStage && stage == 3 ? 16 : 4 << stage))];
    }

    public override IReadOnlyList<FeatureMap> Maps { get; }

    public IEnumerable<(Conv2d Convolution, nn.Module<Tensor, Tensor> Normalisation)> NormalisedConvolutions => [(conv1, bn1)];

    public override IReadOnlyList<Tensor> forward(Tensor images_N3HW)
    {
        using var scope = NewDisposeScope();
        var stem = bn1.call(conv1.call(images_N3HW)).relu_();
        var c2 = layer1.call(nn.functional.max_pool2d(stem, 3, 2, 1));
        var c3 = layer2.call(c2);
        var c4 = layer3.call(c3);
        Tensor[] maps = [c2, c3, c4, layer4.call(c4)];
        scope.MoveToOuter(maps);
        return maps;
    }

    private static Sequential Stage(ResNetArchitecture net, int stage)
    {
        int width = net.Width << stage, outputs = width * net.Expansion;
        int inputs = stage == 0 ? net.Width : outputs / 2;
        int dilation = stage == 3 && net.DilatesLastStage ? 2 : 1;
        int stride = stage == 0 || dilation > 1 ? 1 : 2;
        var blocks = nn.Sequential();
        for (int i = 0; i < net.Depths[stage]; i++)
            blocks.append(Block(net, i == 0 ? inputs : outputs, width, i == 0 ? stride : 1, dilation));
        return blocks;
    }

    private static ResidualBlock Block(ResNetArchitecture net, int inputs, int width, int stride, int dilation) => net.Bottleneck
        ? new BottleneckBlock(net, inputs, width, stride, dilation)
        : new BasicBlock(net, inputs, width, stride, dilation);
}
