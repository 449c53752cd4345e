using MLNetDeepExtensions.Backbones;

namespace MLNetDeepExtensions.Detection;

/// <summary>The network that turns an image into features for a detector.</summary>
public enum DetectionBackbone
{
    /// <summary>VGG-16, as in the papers: 15 million parameters, no normalisation; needs pretrained weights to train well.</summary>
    Vgg16,

    /// <summary>ResNet-18: 11 million parameters, trains from scratch.</summary>
    ResNet18,

    /// <summary>ResNet-34: 21 million parameters.</summary>
    ResNet34,

    /// <summary>ResNet-50: 24 million parameters.</summary>
    ResNet50,

    /// <summary>ResNet-18 with 32, 64, 128, 256 channels: 3 million parameters, for small data and quick runs.</summary>
    ResNet18HalfWidth,

    /// <summary>ResNet-101: 43 million parameters.</summary>
    ResNet101,

    /// <summary>ResNeXt-50 (32x4d): 23 million parameters.</summary>
    ResNeXt50,

    /// <summary>ResNet-18 with squeeze-and-excitation blocks (Hu et al., arXiv 1709.01507), as timm's seresnet18.</summary>
    SEResNet18,

    /// <summary>ResNet-34 with squeeze-and-excitation blocks, as timm's seresnet34.</summary>
    SEResNet34,

    /// <summary>ResNet-50 with squeeze-and-excitation blocks, as timm's seresnet50: 26 million parameters.</summary>
    SEResNet50,

    /// <summary><see cref="ResNet18HalfWidth"/> with squeeze-and-excitation blocks.</summary>
    SEResNet18HalfWidth,

    /// <summary>ResNet-101 with squeeze-and-excitation blocks, as timm's seresnet101: 47 million parameters.</summary>
    SEResNet101,

    /// <summary>ResNeXt-50 (32x4d) with squeeze-and-excitation blocks, as timm's seresnext50_32x4d: 26 million parameters.</summary>
    SEResNeXt50,
}

/// <summary>What a name stands for.</summary>
internal static class DetectionBackbones
{
    /// <summary>Mean of red, green and blue in 0 to 1 that the public weights were trained with.</summary>
    public static float[] Mean(this DetectionBackbone backbone) =>
        backbone == DetectionBackbone.Vgg16 ? [0.48235f, 0.45882f, 0.40784f] : [0.485f, 0.456f, 0.406f];

    /// <summary>Divisor of red, green and blue that the public weights were trained with.</summary>
    public static float[] Deviation(this DetectionBackbone backbone) =>
        backbone == DetectionBackbone.Vgg16 ? [1 / 255f, 1 / 255f, 1 / 255f] : [0.229f, 0.224f, 0.225f];

    public static ResNetArchitecture ResNet(this DetectionBackbone backbone) => backbone switch
    {
        DetectionBackbone.ResNet18 => ResNetArchitecture.ResNet18,
        DetectionBackbone.ResNet34 => ResNetArchitecture.ResNet34,
        DetectionBackbone.ResNet50 => ResNetArchitecture.ResNet50,
        DetectionBackbone.ResNet18HalfWidth => ResNetArchitecture.ResNet18HalfWidth,
        DetectionBackbone.ResNet101 => ResNetArchitecture.ResNet101,
        DetectionBackbone.ResNeXt50 => ResNetArchitecture.ResNeXt50,
        DetectionBackbone.SEResNet18 => ResNetArchitecture.ResNet18.WithExcitation(),
        DetectionBackbone.SEResNet34 => ResNetArchitecture.ResNet34.WithExcitation(),
        DetectionBackbone.SEResNet50 => ResNetArchitecture.ResNet50.WithExcitation(),
        DetectionBackbone.SEResNet18HalfWidth => ResNetArchitecture.ResNet18HalfWidth.WithExcitation(),
        DetectionBackbone.SEResNet101 => ResNetArchitecture.ResNet101.WithExcitation(),
        DetectionBackbone.SEResNeXt50 => ResNetArchitecture.ResNeXt50.WithExcitation(),
        _ => throw new ArgumentOutOfRangeException(nameof(backbone), backbone, "Not a residual network."),
    };
}
