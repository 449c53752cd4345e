namespace MLNetDeepExtensions.Examples;

/// <summary>What scenes look like; sizes in pixels.</summary>
public sealed record ShapeSceneOptions
{
    public int MinWidth { get; init; } = 160;

    public int MaxWidth { get; init; } = 320;

    public int MinHeight { get; init; } = 120;

    public int MaxHeight { get; init; } = 240;

    /// <summary>Number of classes, 1 to 5.</summary>
    public int ShapeCount { get; init; } = 3;

    /// <summary>A scene has one to so many objects, or fewer where there is no room.</summary>
    public int MaxObjects { get; init; } = 5;

    public int MinObjectSize { get; init; } = 24;

    public int MaxObjectSize { get; init; } = 100;

    /// <summary>Part of the smaller of two boxes that the other may cover, 0 to 1.</summary>
    public double MaxOverlap { get; init; } = 0.1;
}
