namespace MLNetDeepExtensions.Images;

/// <summary>How the pixels of one size are made from those of another. Equal to what is named here up to rounding of floats.</summary>
public enum Resampling
{
    /// <summary>Two pixels per axis, whatever the scale: PyTorch's <c>interpolate(mode="bilinear", align_corners=False)</c>, OpenCV's INTER_LINEAR.</summary>
    Bilinear,

    /// <summary>A triangle as wide as an output pixel: PyTorch with <c>antialias=True</c>, Pillow's BILINEAR.</summary>
    AntialiasedBilinear,

    /// <summary>The pixel below the centre of the output pixel: PyTorch's <c>nearest-exact</c>, Pillow's NEAREST.</summary>
    Nearest,

    /// <summary>Four pixels per axis, whatever the scale, cubic with a = -0.75: PyTorch's <c>bicubic</c>. Limited to 0..1.</summary>
    Bicubic,

    /// <summary>A cubic with a = -0.5 scaled to the output pixel: PyTorch's <c>bicubic</c> with <c>antialias=True</c>, Pillow's BICUBIC. Limited to 0..1.</summary>
    AntialiasedBicubic,

    /// <summary>The mean of the pixels under the output pixel, pro rata: OpenCV's INTER_AREA when shrinking.</summary>
    Area,
}
