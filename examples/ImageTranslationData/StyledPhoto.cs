namespace MLNetDeepExtensions.Examples;

/// <summary>An image of one of two domains.</summary>
internal sealed class StyledPhoto
{
    public string ImagePath { get; set; } = "";

    /// <summary>Whether it is of the second domain.</summary>
    public bool Domain { get; set; }

    /// <summary>What it is in the other domain, where that is known.</summary>
    public string TargetPath { get; set; } = "";
}
