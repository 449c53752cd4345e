namespace MLNetDeepExtensions.Blocks;

/// <summary>What a convolution does to the sides of its map.</summary>
public enum MapSides
{
    /// <summary>They stay.</summary>
    Kept,

    /// <summary>Every pixel is repeated, as often across as down, before the convolution.</summary>
    Doubled,

    /// <summary>Means of two by two pixels are taken after the convolution.</summary>
    Halved,
}
