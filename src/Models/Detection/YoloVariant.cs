namespace MLNetDeepExtensions.Detection;

/// <summary>The layers of a YOLO network.</summary>
public enum YoloVariant
{
    /// <summary>The paper's 24 convolutions and 2 fully connected layers (section 2.1, figure 3): 272 million parameters at 448
    /// pixels. The authors pretrained the first 20 convolutions on ImageNet; from random weights it learns slowly.</summary>
    Yolo,

    /// <summary>Fast YOLO (section 2.1, "9 instead of 24 convolutional layers"), as in the authors' program: 9 convolutions and 3 fully
    /// connected layers, 45 million parameters at 448 pixels.</summary>
    FastYolo,

    /// <summary>A residual network with convolutions in place of the fully connected layers: learns from random weights, takes public
    /// ones.</summary>
    Residual,
}
