using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>Says the likeliest class of each image.</summary>
internal sealed class ClassPredictor(MLContext ml, ITransformer model) : ImagePredictor
{
    private readonly PredictionEngine<Photo, Classification> engine = ml.Model.CreatePredictionEngine<Photo, Classification>(model);

    public override IReadOnlyList<string> Header => ["image", "label", "score"];

    public override string Predict(string imagePath, CsvWriter csv)
    {
        Classification found = engine.Predict(new Photo { ImagePath = imagePath });
        csv.Add([Path.GetFileName(imagePath), found.PredictedLabel, found.Score.Max()]);
        return $"{found.PredictedLabel} {found.Score.Max():0.00}";
    }

    public override void Dispose() => engine.Dispose();

    /// <summary>The columns that a classifier's pipeline adds.</summary>
    private sealed class Classification
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
