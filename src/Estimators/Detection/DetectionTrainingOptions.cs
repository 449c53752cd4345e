using System.Text.Json.Serialization;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Detection;

/// <summary>What every detection trainer can be told besides <see cref="TrainingOptions"/>.</summary>
public abstract record DetectionTrainingOptions : TrainingOptions
{
    /// <summary>Column of images, of any size.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>Column of the objects' classes: a vector of keys.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>Column of the objects' boxes: a vector of Single, x0 y0 x1 y1 in pixels of the image, 4 per object.</summary>
    public string BoundingBoxColumnName { get; init; } = "BoundingBoxes";

    /// <summary>Column that marks objects as hard to see: a vector of Boolean. Null, or a name that does not exist: none is.</summary>
    public string? DifficultColumnName { get; init; } = "Difficult";

    /// <summary>Column to add: the classes found.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Column to add: the boxes found, x0 y0 x1 y1 in pixels of the original image.</summary>
    public string PredictedBoundingBoxColumnName { get; init; } = "PredictedBoundingBoxes";

    /// <summary>Column to add: how certain each object is, 0 to 1.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>How the fitted model predicts; it can be changed later with the transformer's <c>With</c>.</summary>
    public DetectionOptions Inference { get; init; } = new();

    /// <summary>Whether objects marked as difficult are learnt from. They never count in validation.</summary>
    public bool UseDifficult { get; init; } = true;

    /// <summary>File with weights to start from, recognised by content; null for random ones.</summary>
    public abstract string? PretrainedWeights { get; init; }

    /// <summary>Momentum of stochastic gradient descent (SSD section 3.1, YOLO section 2.2, Faster R-CNN section 3.1.3). 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Decay of the weights of convolutions and linear layers (the same sections). At least 0.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Names that the fitted transformer needs.</summary>
    [JsonIgnore]
    internal virtual DetectionColumns Columns => new()
    {
        Image = ImageColumnName, PredictedLabel = PredictedLabelColumnName, PredictedBoundingBoxes = PredictedBoundingBoxColumnName, Score = ScoreColumnName,
    };

    internal override IEnumerable<string> Faults() =>
    [
        .. base.Faults(), .. Inference.Faults().Select(fault => $"{nameof(Inference)}.{fault}"),
        .. MissingFile(nameof(PretrainedWeights), PretrainedWeights), .. MomentumDescent.Faults(Momentum, WeightDecay),
    ];
}
