namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Names of the columns that a generator reads and adds. What is not named is not read, whatever columns there are.</summary>
internal sealed record GenerationColumns
{
    /// <summary>Whole numbers; null: the row's other inputs take the seed's place.</summary>
    public string? Seed { get; init; } = "Seed";

    /// <summary>Classes to draw: keys or text; null: drawn by the seed, if the generator knows classes.</summary>
    public string? Label { get; init; }

    /// <summary>Values of codes; null: drawn by the seed, if the generator knows codes.</summary>
    public string? Codes { get; init; }

    /// <summary>Images to make others from; null: none are read.</summary>
    public string? Image { get; init; }

    public string GeneratedImage { get; init; } = "GeneratedImage";
}
