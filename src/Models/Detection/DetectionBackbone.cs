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
        _ => throw new ArgumentOutOfRangeException(nameof(backbone), backbone, "Not a residual network."),
    };
}
