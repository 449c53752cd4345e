using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>The convolutional part of a residual network (He et al., arXiv 1512.03385): the results of its four stages, strides 4 to
/// 32, or 1 to 8 with the stem for small images.</summary>
/// <remarks>State names are those of torchvision's resnet18, resnet34, resnet50, ... without "fc", and of timm's seresnet*.</remarks>
internal sealed class ResNet : Backbone, INormalisedConvolutions
{
    private readonly Conv2d conv1;
    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly Sequential layer1, layer2, layer3, layer4;
    private readonly ResNetStem stem;
    private readonly ResNetLayout layout;

    public ResNet(ResNetArchitecture net) : base(nameof(ResNet))
    {
        (stem, layout) = (net.Stem, net.Layout);
        bool small = stem == ResNetStem.Small;
        conv1 = net.Normalisation.Convolution(3, net.Width, small ? 3 : 7, stride: small ? 1 : 2);
        bn1 = net.Normalisation.Create(net.Width);
        layer1 = Stage(net, 0);
        layer2 = Stage(net, 1);
        layer3 = Stage(net, 2);
        layer4 = Stage(net, 3);
        RegisterComponents();
        ConvolutionInitialisation.He(this);
        if (net.ZeroInitialisedBranches)
            ZeroBranches();
        int first = small ? 1 : 4;
        Maps = [.. Enumerable.Range(0, 4).Select(stage => new FeatureMap(net.Width * net.Expansion << stage, first << stage))];
        Stages = [[conv1, bn1, layer1], [layer2], [layer3], [layer4]];
    }

    public override IReadOnlyList<FeatureMap> Maps { get; }

    public override IReadOnlyList<IReadOnlyList<nn.Module>> Stages { get; }

    public IEnumerable<(Conv2d Convolution, nn.Module<Tensor, Tensor> Normalisation)> NormalisedConvolutions => [(conv1, bn1)];

    public override IReadOnlyList<Tensor> forward(Tensor images_N3HW)
    {
        using var scope = NewDisposeScope();
        var c2 = layer1.call(Pool(bn1.call(conv1.call(images_N3HW)).relu_()));
        var c3 = layer2.call(c2);
        var c4 = layer3.call(c3);
        Tensor[] maps = [c2, c3, c4, layer4.call(c4)];
        scope.MoveToOuter(maps);
        return maps;
    }

    private Tensor Pool(Tensor x) => (stem, layout) switch
    {
        (ResNetStem.Small, _) => x,
        (_, ResNetLayout.Caffe) => nn.functional.max_pool2d(x, 3, 2, 0, ceil_mode: true),
        _ => nn.functional.max_pool2d(x, 3, 2, 1),
    };

    private static Sequential Stage(ResNetArchitecture net, int stage)
    {
        int width = net.Width << stage, outputs = width * net.Expansion;
        int inputs = stage == 0 ? net.Width : outputs / 2;
        var blocks = nn.Sequential();
        for (int i = 0; i < net.Depths[stage]; i++)
        {
            var shape = new ResidualShape(i == 0 ? inputs : outputs, width, i == 0 && stage > 0 ? 2 : 1);
            Func<int, SqueezeExcitation?> excitation = Excitation(net, stage, i);
            ResidualBlock block = net.Bottleneck ? new BottleneckBlock(net, shape, excitation) : new BasicBlock(net, shape, excitation);
            blocks.append(block);
        }
        return blocks;
    }

    private static Func<int, SqueezeExcitation?> Excitation(ResNetArchitecture net, int stage, int block) =>
        channels => net.SqueezeExcitation?.Create(stage + ResNetArchitecture.FirstStage, block + 1, channels);

    private void ZeroBranches()
    {
        using var constant = no_grad();
        foreach (var block in modules().OfType<ResidualBlock>())
            if (block.NormalisedConvolutions.Last().Normalisation is BatchNormalisation last)
                last.weight.zero_();
    }
}
