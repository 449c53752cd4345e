using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Text;

namespace Microsoft.ML;

/// <summary>Adds <c>ImageCaptioning</c> to <see cref="MLContext"/>.</summary>
public static class ImageCaptioningMLContextExtensions
{
    extension(MLContext ml)
    {
        /// <summary>Describing images: training and evaluation.</summary>
        public ImageCaptioningCatalog ImageCaptioning => new(ml);
    }
}

/// <summary>Describing images: training and evaluation. Reached as <c>mlContext.ImageCaptioning</c>.</summary>
public sealed class ImageCaptioningCatalog
{
    internal ImageCaptioningCatalog(MLContext environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }

    /// <summary>Compares captions with references, word by word, without regard to case and punctuation. Reads the data once, with one
    /// cursor.</summary>
    /// <param name="data">Images with references and captions, usually the output of a captioner's <c>Transform</c>.</param>
    /// <param name="captionColumnName">References: Text, or a vector of Text of at least one for each row.</param>
    /// <param name="predictedCaptionColumnName">Captions: Text.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">A row has no reference.</exception>
    public CaptioningMetrics Evaluate(
        IDataView data, string captionColumnName = "Caption", string predictedCaptionColumnName = "PredictedCaption") =>
        CaptioningEvaluation.Run(new ReferencedTexts(Environment, data, "caption", captionColumnName, predictedCaptionColumnName).Read());
}
