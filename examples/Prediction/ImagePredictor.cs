using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>A saved model that says something about images.</summary>
internal abstract class ImagePredictor : IDisposable
{
    /// <summary>Columns of the table that <see cref="Predict"/> adds to.</summary>
    public abstract IReadOnlyList<string> Header { get; }

    /// <summary>Looks at an image, adds lines to the table, perhaps writes a picture.</summary>
    /// <returns>The result in words.</returns>
    /// <exception cref="MLNetDeepExtensions.Images.ImageDecodingException">The image cannot be decoded.</exception>
    public abstract string Predict(string imagePath, CsvWriter csv);

    public abstract void Dispose();

    /// <summary>A detector, a classifier or a translator of images, whichever the columns of the model tell.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="model">Takes a path.</param>
    /// <param name="outputFolder">For pictures.</param>
    /// <param name="minScore">Lowest score of objects.</param>
    public static ImagePredictor Of(MLContext ml, ITransformer model, string outputFolder, float minScore)
    {
        DataViewSchema columns = model.GetOutputSchema(ml.Data.LoadFromEnumerable<Photo>([]).Schema);
        if (columns.GetColumnOrNull("TranslatedImage") is not null)
            return new ImageTranslator(ml, model, outputFolder);
        if (columns.GetColumnOrNull("PredictedCaption") is not null)
            return new CaptionPredictor(ml, model, outputFolder);
        return columns.GetColumnOrNull(nameof(Detections.PredictedBoundingBoxes)) is null
            ? new ClassPredictor(ml, model)
            : new ObjectPredictor(ml, model, outputFolder, minScore);
    }
}
