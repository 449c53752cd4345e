namespace MLNetDeepExtensions.Detection;

/// <summary>How the features under a region become a grid of fixed size.</summary>
public enum RoiPooling
{
    /// <summary>The maximum of the cells under each part, edges rounded to cells (Girshick, Fast R-CNN, arXiv 1504.08083, section
    /// 2.1).</summary>
    Pool,

    /// <summary>The mean of bilinear samples, without rounding (He et al., Mask R-CNN, arXiv 1703.06870, section 3).</summary>
    Align,
}
