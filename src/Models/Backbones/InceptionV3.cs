using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>The convolutional part of Inception-v3 (Szegedy et al., arXiv 1512.00567, table 1): one map, stride 32, for images of 299
/// pixels.</summary>
/// <remarks>
/// State names are those of torchvision's inception_v3 without "AuxLogits" and "fc"; the auxiliary classifier is left out. An excitation
/// stands at the end of each module; Hu et al. describe it for BN-Inception and Inception-ResNet-v2 only.
/// </remarks>
internal sealed class InceptionV3 : Backbone
{
    /// <summary>The first stage of modules (5b); what stands before it belongs to it.</summary>
    public const int FirstStage = 5;

    private readonly Sequential Conv2d_1a_3x3, Conv2d_2a_3x3, Conv2d_2b_3x3, Conv2d_3b_1x1, Conv2d_4a_3x3;
    private readonly InceptionV3Module Mixed_5b, Mixed_5c, Mixed_5d;
    private readonly InceptionV3Module Mixed_6a, Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e;
    private readonly InceptionV3Module Mixed_7a, Mixed_7b, Mixed_7c;

    public InceptionV3(SqueezeExcitationOptions? excitation = null) : base(nameof(InceptionV3))
    {
        Conv2d_1a_3x3 = InceptionV3Module.Unit(3, new("", 32, 3, 3, 2));
        Conv2d_2a_3x3 = InceptionV3Module.Unit(32, new("", 32, 3, 3), padded: false);
        Conv2d_2b_3x3 = InceptionV3Module.Unit(32, new("", 64, 3, 3));
        Conv2d_3b_1x1 = InceptionV3Module.Unit(64, new("", 80));
        Conv2d_4a_3x3 = InceptionV3Module.Unit(80, new("", 192, 3, 3), padded: false);
        Mixed_5b = Module(192, InceptionV3Module.Coarse(32), 5, 1);
        Mixed_5c = Module(256, InceptionV3Module.Coarse(64), 5, 2);
        Mixed_5d = Module(288, InceptionV3Module.Coarse(64), 5, 3);
        Mixed_6a = Module(288, InceptionV3Module.FirstReduction, 6, 1);
        Mixed_6b = Module(768, InceptionV3Module.Factorised(128), 6, 2);
        Mixed_6c = Module(768, InceptionV3Module.Factorised(160), 6, 3);
        Mixed_6d = Module(768, InceptionV3Module.Factorised(160), 6, 4);
        Mixed_6e = Module(768, InceptionV3Module.Factorised(192), 6, 5);
        Mixed_7a = Module(768, InceptionV3Module.SecondReduction, 7, 1);
        Mixed_7b = Module(1280, InceptionV3Module.Expanded, 7, 2);
        Mixed_7c = Module(2048, InceptionV3Module.Expanded, 7, 3);
        RegisterComponents();
        ConvolutionInitialisation.He(this);
        Stages =
        [
            [Conv2d_1a_3x3, Conv2d_2a_3x3, Conv2d_2b_3x3, Conv2d_3b_1x1, Conv2d_4a_3x3, Mixed_5b, Mixed_5c, Mixed_5d],
            [Mixed_6a, Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e],
            [Mixed_7a, Mixed_7b, Mixed_7c],
        ];

        InceptionV3Module Module(int inputs, InceptionV3Shape shape, int stage, int block) =>
            new(inputs, shape, excitation?.Create(stage, block, shape.Outputs(inputs)));
    }

    public override IReadOnlyList<FeatureMap> Maps { get; } = [new(2048, 32)];

    public override IReadOnlyList<IReadOnlyList<nn.Module>> Stages { get; }

    public override IReadOnlyList<Tensor> forward(Tensor images_N3HW)
    {
        using var scope = NewDisposeScope();
        var x = Conv2d_2b_3x3.call(Conv2d_2a_3x3.call(Conv2d_1a_3x3.call(images_N3HW)));
        x = Conv2d_4a_3x3.call(Conv2d_3b_1x1.call(nn.functional.max_pool2d(x, 3, 2)));
        x = nn.functional.max_pool2d(x, 3, 2);
        foreach (var module in Stages.SelectMany(stage => stage).OfType<InceptionV3Module>())
            x = module.call(x);
        return [x.MoveToOuterDisposeScope()];
    }
}
