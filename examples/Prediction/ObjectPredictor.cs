using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>Finds objects, and paints them into a copy of each image.</summary>
internal sealed class ObjectPredictor(MLContext ml, ITransformer model, string outputFolder, float minScore) : ImagePredictor
{
    private readonly PredictionEngine<Photo, Detections> engine = ml.Model.CreatePredictionEngine<Photo, Detections>(model);
    private readonly DetectionPainter painter = new([]);

    public override IReadOnlyList<string> Header => ["image", "label", "score", "x0", "y0", "x1", "y1"];

    public override string Predict(string imagePath, CsvWriter csv)
    {
        IDetections detections = engine.Predict(new Photo { ImagePath = imagePath });
        FoundObject[] found = [.. detections.Objects(minScore)];
        string name = Path.GetFileName(imagePath);
        painter.Paint(imagePath, found, Path.Combine(outputFolder, name + ".png"));
        foreach (FoundObject o in found)
            csv.Add([name, o.Label, o.Score, o.Box.Left, o.Box.Top, o.Box.Right, o.Box.Bottom]);
        return found.Length == 0 ? "nothing"
            : string.Join(", ", found.Select(o => $"{o.Label} {o.Score:0.00} at {o.Box.Left:0},{o.Box.Top:0}-{o.Box.Right:0},{o.Box.Bottom:0}"));
    }

    public override void Dispose() => engine.Dispose();
}
