using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes each image in the style of the other domain.</summary>
internal sealed class ImageTranslator(MLContext ml, ITransformer model, string outputFolder) : ImagePredictor
{
    private readonly PredictionEngine<Photo, Translation> engine = ml.Model.CreatePredictionEngine<Photo, Translation>(model);

    public override IReadOnlyList<string> Header => ["image", "translation"];

    public override string Predict(string imagePath, CsvWriter csv)
    {
        string name = Path.GetFileName(imagePath), file = name + ".png";
        using MLImage translated = engine.Predict(new Photo { ImagePath = imagePath }).TranslatedImage;
        translated.Save(Path.Combine(outputFolder, file));
        csv.Add([name, file]);
        return file;
    }

    public override void Dispose() => engine.Dispose();

    /// <summary>The column that is wanted of those that a translator's pipeline adds; the others are not computed.</summary>
    private sealed class Translation
    {
        [AnySizeImage]
        public MLImage TranslatedImage { get; set; } = null!;
    }
}
