using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>
/// The convolutional part of BN-Inception (Ioffe and Szegedy, arXiv 1502.03167, figure 5, with the widths of Hu et al.'s released
/// network): one map, stride 32.
/// </summary>
/// <remarks>
/// State names: "conv1" to "conv3", then "inception3.a" to "inception5.b". Differs from the released network: where it rounds the size
/// after a pooling up, this pads by one, so that pooled and convolved maps fit for every image size.
/// </remarks>
internal sealed class BNInception : Backbone
{
    /// <summary>The first stage of modules; what stands before it belongs to it.</summary>
    public const int FirstStage = 3;

    private static readonly InceptionShape[][] Shapes =
    [
        [
            new(64, (64, 64), (64, 96), InceptionPool.Average, 32),
            new(64, (64, 96), (64, 96), InceptionPool.Average, 64),
            new(0, (128, 160), (64, 96), InceptionPool.Reduce, 0),
        ],
        [
            new(224, (64, 96), (96, 128), InceptionPool.Average, 128),
            new(192, (96, 128), (96, 128), InceptionPool.Average, 128),
            new(160, (128, 160), (128, 160), InceptionPool.Average, 128),
            new(96, (128, 192), (160, 192), InceptionPool.Average, 128),
            new(0, (128, 192), (192, 256), InceptionPool.Reduce, 0),
        ],
        [
            new(352, (192, 320), (160, 224), InceptionPool.Average, 128),
            new(352, (192, 320), (192, 224), InceptionPool.Max, 128),
        ],
    ];

    private readonly Sequential conv1, conv2, conv3, inception3, inception4, inception5;

    public BNInception(SqueezeExcitationOptions? excitation = null) : base(nameof(BNInception))
    {
        conv1 = InceptionModule.Unit(3, 64, 7, stride: 2);
        conv2 = InceptionModule.Unit(64, 64, 1);
        conv3 = InceptionModule.Unit(64, 192, 3);
        int channels = 192;
        inception3 = Stage(0, ref channels, excitation);
        inception4 = Stage(1, ref channels, excitation);
        inception5 = Stage(2, ref channels, excitation);
        RegisterComponents();
        ConvolutionInitialisation.He(this);
        Maps = [new(channels, 32)];
        Stages = [[conv1, conv2, conv3, inception3], [inception4], [inception5]];
    }

    public override IReadOnlyList<FeatureMap> Maps { get; }

    public override IReadOnlyList<IReadOnlyList<nn.Module>> Stages { get; }

    public override IReadOnlyList<Tensor> forward(Tensor images_N3HW)
    {
        using var scope = NewDisposeScope();
        var x = nn.functional.max_pool2d(conv1.call(images_N3HW), 3, 2, 1);
        x = nn.functional.max_pool2d(conv3.call(conv2.call(x)), 3, 2, 1);
        return [inception5.call(inception4.call(inception3.call(x))).MoveToOuterDisposeScope()];
    }

    private static Sequential Stage(int stage, ref int channels, SqueezeExcitationOptions? excitation)
    {
        var modules = nn.Sequential();
        for (int i = 0; i < Shapes[stage].Length; i++)
        {
            var shape = Shapes[stage][i];
            int outputs = shape.Outputs(channels);
            var se = excitation?.Create(stage + FirstStage, i + 1, outputs);
            modules.append($"{(char)('a' + i)}", new InceptionModule(channels, shape, se));
            channels = outputs;
        }
        return modules;
    }
}
