namespace MLNetDeepExtensions.Backbones;

/// <summary>How a residual network begins.</summary>
public enum ResNetStem
{
    /// <summary>A 7x7 convolution and a 3x3 pooling, each with stride 2 (He et al., arXiv 1512.03385, table 1): for images of about 224
    /// pixels.</summary>
    ImageNet,

    /// <summary>A 3x3 convolution with stride 1 (section 4.2): for images of 28 to 64 pixels.</summary>
    Small,
}

/// <summary>Where two families of published residual networks differ although their weights have the same shapes.</summary>
public enum ResNetLayout
{
    /// <summary>torchvision's and timm's: the 3x3 convolution of a bottleneck has the stride, the pooling pads by one.</summary>
    Torchvision,

    /// <summary>
    /// The authors' Caffe release and its ports (timm's legacy_seresnet): the first 1x1 convolution of a bottleneck has the stride unless
    /// the 3x3 is grouped, the pooling does not pad and rounds its size up, and basic blocks have a ReLU before the excitation.
    /// </summary>
    Caffe,
}
