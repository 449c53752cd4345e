namespace MLNetDeepExtensions.Detection;

/// <summary>How small the smallest default boxes are: the four published settings of SSD (arXiv 1512.02325, sections 3.1, 3.4).</summary>
/// <remarks>Any of them serves any image size; a detector's weights fit only the setting they were trained with.</remarks>
public enum DefaultBoxPreset
{
    /// <summary>From 0.1 of the image's side, then 0.20: SSD300 on Pascal VOC.</summary>
    Voc300,

    /// <summary>From 0.07, then 0.15: SSD300 on COCO, also torchvision's.</summary>
    Coco300,

    /// <summary>From 0.07, then 0.15: SSD512 on Pascal VOC.</summary>
    Voc512,

    /// <summary>From 0.04, then 0.10: SSD512 on COCO.</summary>
    Coco512,
}
