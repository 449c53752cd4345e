using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Detection;

namespace Microsoft.ML;

/// <summary>Adds <c>ObjectDetection</c> to <see cref="MLContext"/>.</summary>
public static class ObjectDetectionMLContextExtensions
{
    extension(MLContext ml)
    {
        /// <summary>Finding objects in images: training and evaluation.</summary>
        public ObjectDetectionCatalog ObjectDetection => new(ml);
    }
}

/// <summary>Finding objects in images: training and evaluation. Reached as <c>mlContext.ObjectDetection</c>.</summary>
public sealed class ObjectDetectionCatalog
{
    internal ObjectDetectionCatalog(MLContext environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }

    /// <summary>
    /// Compares detections with the truth by the rules of COCO and Pascal VOC. Reads the data once, with one cursor. Classes are
    /// matched by name, so the
    /// labels may be keys or text, and the two columns may be of different kinds; a class that is only predicted does no harm.
    /// </summary>
    /// <param name="data">Images with their objects and detections, usually the output of a detector's <c>Transform</c>.</param>
    /// <param name="labelColumnName">Classes of the objects: a vector of keys or text. An object without a class (key 0, empty text)
    /// is left out with a warning.</param>
    /// <param name="boundingBoxColumnName">Boxes of the objects: a vector of Single, x0 y0 x1 y1 in pixels, 4 per object.</param>
    /// <param name="predictedLabelColumnName">Classes of the detections: a vector of keys or text.</param>
    /// <param name="predictedBoundingBoxColumnName">Boxes of the detections, in pixels of the same image: a vector of Single, 4 per
    /// detection.</param>
    /// <param name="scoreColumnName">Confidence of each detection: a vector of Single. Only the order matters.</param>
    /// <param name="difficultColumnName">Pascal VOC's flag of each object: a vector of Boolean. Null: none is difficult.</param>
    /// <param name="crowdColumnName">COCO's crowd flag of each object: a vector of Boolean. Null: none is a crowd.</param>
    /// <param name="areaColumnName">COCO's area of each object in square pixels: a vector of Single. Null, or NaN in a row: the area
    /// of the box.</param>
    /// <param name="pascalVoc">Details of Pascal VOC's rules; by default those of Faster R-CNN's evaluation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">The columns of a row do not fit together, or a coordinate or score is not a
    /// number.</exception>
    public ObjectDetectionMetrics Evaluate(
        IDataView data, string labelColumnName = "Label", string boundingBoxColumnName = "BoundingBoxes",
        string predictedLabelColumnName = "PredictedLabel", string predictedBoundingBoxColumnName = "PredictedBoundingBoxes",
        string scoreColumnName = "Score", string? difficultColumnName = null, string? crowdColumnName = null, string? areaColumnName = null,
        PascalVocOptions? pascalVoc = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var columns = new EvaluationColumns(Environment, data.Schema)
        {
            Label = labelColumnName,
            BoundingBoxes = boundingBoxColumnName,
            PredictedLabel = predictedLabelColumnName,
            PredictedBoundingBoxes = predictedBoundingBoxColumnName,
            Score = scoreColumnName,
            Difficult = difficultColumnName,
            Crowd = crowdColumnName,
            Area = areaColumnName,
        };
        return new DetectionEvaluation(Environment, columns.Bound(), pascalVoc).Run(data);
    }

    /// <summary>Says which part of the objects region proposals cover, whatever their classes. Reads the data once, with one
    /// cursor.</summary>
    /// <param name="data">Images with their objects and proposals, usually the output of a <see cref="RegionProposalTransformer"/>.</param>
    /// <param name="boundingBoxColumnName">Boxes of the objects: a vector of Single, x0 y0 x1 y1 in pixels, 4 per object.</param>
    /// <param name="proposalsColumnName">Boxes of the proposals, best first, in pixels of the same image: a vector of Single, 4 per
    /// proposal.</param>
    /// <param name="maxProposals">The most proposals of an image that count; null for all.</param>
    /// <param name="difficultColumnName">Pascal VOC's flag of each object, which then does not count: a vector of Boolean. Null: all
    /// count.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">The columns of a row do not fit together, or a box is none.</exception>
    public ProposalMetrics EvaluateProposals(
        IDataView data, string boundingBoxColumnName = "BoundingBoxes", string proposalsColumnName = "Proposals", int? maxProposals = null,
        string? difficultColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (maxProposals is { } most)
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(maxProposals));
        return new ProposalEvaluation(
            Environment, BoxesColumn.Find(Environment, data.Schema, "bounding box", boundingBoxColumnName),
            BoxesColumn.Find(Environment, data.Schema, BoxesColumn.Proposals, proposalsColumnName),
            difficultColumnName is null ? null : data.Schema.Find(Environment, "difficult", difficultColumnName)).Run(data, maxProposals);
    }
}
