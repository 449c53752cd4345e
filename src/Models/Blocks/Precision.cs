namespace MLNetDeepExtensions.Blocks;

/// <summary>The number format in which a network computes.</summary>
public enum Precision
{
    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit brain floating point: the range of <see cref="Float32"/> with 8 significant bits, about twice as fast where the
    /// processor knows it.</summary>
    BFloat16,
}
