namespace MLNetDeepExtensions.Sources;

/// <summary>Columns of every source of boxes.</summary>
internal sealed class DetectionRow(AnnotatedImage image)
{
    public string ImagePath => image.ImagePath;

    public string[] Label { get; } = [.. image.Objects.Select(o => o.Name)];

    public float[] BoundingBoxes { get; } = Corners(image);

    public bool[] Difficult { get; } = [.. image.Objects.Select(o => o.IsDifficult)];

    public static float[] Corners(AnnotatedImage image) => [.. image.Objects.SelectMany(o => new[] { o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1 })];
}

/// <summary>Columns of a source of boxes with COCO's flags.</summary>
internal sealed class CocoDetectionRow(AnnotatedImage image)
{
    public string ImagePath => image.ImagePath;

    public string[] Label { get; } = [.. image.Objects.Select(o => o.Name)];

    public float[] BoundingBoxes { get; } = DetectionRow.Corners(image);

    public bool[] Difficult { get; } = [.. image.Objects.Select(o => o.IsDifficult)];

    public bool[] Crowd { get; } = [.. image.Objects.Select(o => o.IsCrowd)];

    public float[] Area { get; } = [.. image.Objects.Select(o => o.Area)];
}
