namespace MLNetDeepExtensions;

/// <summary>Which of CIFAR-100's two labels of a picture is read.</summary>
public enum CifarLabels
{
    /// <summary>The class: one of 10, or of 100.</summary>
    Fine,

    /// <summary>The group of classes: one of 20. CIFAR-100 alone has them.</summary>
    Coarse,
}
