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

/// <summary>Which architecture a name stands for.</summary>
internal static class DetectionBackbones
{
    public static ResNetArchitecture ResNet(this DetectionBackbone backbone) => backbone switch
    {
        DetectionBackbone.ResNet18 => ResNetArchitecture.ResNet18,
        DetectionBackbone.ResNet34 => ResNetArchitecture.ResNet34,
        DetectionBackbone.ResNet50 => ResNetArchitecture.ResNet50,
        DetectionBackbone.ResNet18HalfWidth => ResNetArchitecture.ResNet18HalfWidth,
        _ => throw new ArgumentOutOfRangeException(nameof(backbone), backbone, "Not a residual network."),
    };
}
