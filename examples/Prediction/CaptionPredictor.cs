using Microsoft.ML;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>Describes images, and writes the caption below a copy of each.</summary>
internal sealed class CaptionPredictor(MLContext ml, ITransformer model, string outputFolder) : ImagePredictor
{
    private readonly PredictionEngine<Photo, Description> engine = ml.Model.CreatePredictionEngine<Photo, Description>(model);
    private readonly CaptionPainter painter = new();

    public override IReadOnlyList<string> Header => ["image", "caption", "log-probability"];

    public override string Predict(string imagePath, CsvWriter csv)
    {
        Description said = engine.Predict(new Photo { ImagePath = imagePath });
        string name = Path.GetFileName(imagePath);
        painter.Paint(imagePath, [(said.PredictedCaption, SKColors.Black)], Path.Combine(outputFolder, name + ".png"));
        csv.Add([name, said.PredictedCaption, said.Score]);
        return said.PredictedCaption;
    }

    public override void Dispose() => engine.Dispose();

    /// <summary>The columns of a captioner that are shown.</summary>
    private sealed class Description
    {
        public string PredictedCaption { get; set; } = "";

        public float Score { get; set; }
    }
}
