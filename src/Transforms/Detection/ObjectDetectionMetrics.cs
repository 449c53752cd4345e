using MLNetDeepExtensions.Detection;

namespace Microsoft.ML.Data;

/// <summary>How well a detector finds the objects of a data set. Every number is 0 to 1, higher is better.</summary>
/// <remarks>
/// A number is NaN where there is no object that it could count (pycocotools writes -1 there). Means over classes leave such classes
/// out, so that
/// a class that is only predicted changes no mean.
/// </remarks>
public sealed class ObjectDetectionMetrics
{
    internal ObjectDetectionMetrics(CocoMetrics coco, IReadOnlyList<ObjectDetectionClassMetrics> perClass, int imageCount)
    {
        (Coco, PerClass, ImageCount) = (coco, perClass, imageCount);
        PascalVoc2007 = DefinedNumbers.Mean(perClass.Select(c => c.PascalVoc.AveragePrecision11Point));
        PascalVoc2010 = DefinedNumbers.Mean(perClass.Select(c => c.PascalVoc.AveragePrecision));
    }

    /// <summary>COCO's main number: average precision, mean over ten overlaps from 0.50 to 0.95 and over classes. The same as
    /// <c>Coco.AveragePrecision</c>.</summary>
    public double MeanAveragePrecision => Coco.AveragePrecision;

    /// <summary>Average precision at overlap 0.50 by COCO's rules, mean over classes. The same as
    /// <c>Coco.AveragePrecision50</c>.</summary>
    public double MeanAveragePrecision50 => Coco.AveragePrecision50;

    /// <summary>COCO's twelve numbers, means over classes. Objects flagged as a crowd are left out, difficult ones are not.</summary>
    public CocoMetrics Coco { get; }

    /// <summary>Pascal VOC's mean average precision by the eleven-point rule of 2007. Difficult objects are left out, crowds are
    /// not.</summary>
    public double PascalVoc2007 { get; }

    /// <summary>Pascal VOC's mean average precision by the area rule from 2010 on. Difficult objects are left out, crowds are
    /// not.</summary>
    public double PascalVoc2010 { get; }

    /// <summary>The numbers of each class: those of the label's key values in their order, then all others by name.</summary>
    public IReadOnlyList<ObjectDetectionClassMetrics> PerClass { get; }

    /// <summary>Number of images.</summary>
    public int ImageCount { get; }
}

/// <summary>How well a detector finds the objects of one class.</summary>
public sealed class ObjectDetectionClassMetrics
{
    internal ObjectDetectionClassMetrics(string className, CocoMetrics coco, PascalVocMetrics pascalVoc, int objectCount, int detectionCount) =>
        (ClassName, Coco, PascalVoc, ObjectCount, DetectionCount) = (className, coco, pascalVoc, objectCount, detectionCount);

    /// <summary>Name of the class as in the labels.</summary>
    public string ClassName { get; }

    /// <summary>COCO's twelve numbers for this class.</summary>
    public CocoMetrics Coco { get; }

    /// <summary>Pascal VOC's numbers for this class, and the curve of precision over recall at Pascal VOC's overlap.</summary>
    public PascalVocMetrics PascalVoc { get; }

    /// <summary>Number of objects, difficult ones and crowds included.</summary>
    public int ObjectCount { get; }

    /// <summary>Number of detections.</summary>
    public int DetectionCount { get; }
}
