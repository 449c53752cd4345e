using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a detector's pipeline takes in use: the path of an image.</summary>
internal sealed class Photo
{
    public string ImagePath { get; set; } = "";
}

/// <summary>The columns that a detector's pipeline adds, objects sorted by score.</summary>
internal interface IDetections
{
    string[] PredictedLabel { get; }

    /// <summary>x0 y0 x1 y1 in pixels, 4 per object.</summary>
    float[] PredictedBoundingBoxes { get; }

    /// <summary>0 to 1.</summary>
    float[] Score { get; }

    /// <summary>The objects one by one.</summary>
    IEnumerable<FoundObject> Objects(float minScore) => Enumerable.Range(0, Score.Length).Where(i => Score[i] >= minScore)
        .Select(i => new FoundObject(PredictedLabel[i], Score[i],
            new SKRect(PredictedBoundingBoxes[4 * i], PredictedBoundingBoxes[4 * i + 1],
                PredictedBoundingBoxes[4 * i + 2], PredictedBoundingBoxes[4 * i + 3])));
}

/// <summary>An object in an image; box in pixels.</summary>
internal sealed record FoundObject(string Label, float Score, SKRect Box);

/// <summary>What a detector finds in one image.</summary>
internal sealed class Detections : IDetections
{
    public string[] PredictedLabel { get; set; } = [];

    public float[] PredictedBoundingBoxes { get; set; } = [];

    public float[] Score { get; set; } = [];
}

/// <summary>A row of a data set with what a detector found.</summary>
internal sealed class DetectedPhoto : AnnotatedPhoto, IDetections
{
    public string[] PredictedLabel { get; set; } = [];

    public float[] PredictedBoundingBoxes { get; set; } = [];

    public float[] Score { get; set; } = [];
}
