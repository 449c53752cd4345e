using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Detection;

namespace MLNetDeepExtensions.Tests.Conformance.Cases;

internal sealed class SSDCase : ConformanceCase<SSDCase.Scene, SSDCase.Detections>
{
    private const int ClassCount = 3;
    internal static readonly string[] Names = ["red", "green", "blue"];

    internal static SSDNetworkOptions Network => SSDTrainerTests.Small(1).Network with { ImageSize = 64 };

    internal static DetectionOptions Inference => new() { BatchSize = 4, MaxDetections = 3 };

    internal sealed class Scene : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        [KeyType(ClassCount)]
        public uint[] Label { get; set; } = [];

        public string[] LabelText { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }

    internal sealed class Detections
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    public override Type EstimatorType => typeof(SSDDetectionTrainer);

    public override IReadOnlyList<InputColumn> Inputs =>
    [
        new("Image", "Picture"),
        new("Label", "Keys") { IsTarget = true, AsText = "LabelText" },
        new("BoundingBoxes", "VariableVector", "Vector") { IsTarget = true },
    ];

    public override IReadOnlyList<string> PredictedLabels => ["PredictedLabel"];

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    public override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) =>
        ml.ObjectDetection.Trainers.SSD(SSDTrainerTests.Small(epochs: 2) with
        {
            ImageColumnName = name("Image"), LabelColumnName = name("Label"), BoundingBoxColumnName = name("BoundingBoxes"),
            PredictedLabelColumnName = name("PredictedLabel"), PredictedBoundingBoxColumnName = name("PredictedBoundingBoxes"), ScoreColumnName = name("Score"),
            BatchSize = 4, Network = Network, Inference = Inference,
        });

    protected override void Fill(Scene row, int number) => FillScene(row, number);

    internal static void FillScene(Scene row, int number)
    {
        DetectionScenes.Scene scene = DetectionScenes.Generate(1, seed: number, width: 64 + number % 3, height: 60)[0];
        (row.Image, row.LabelText, row.BoundingBoxes) = (scene.Image, scene.Label, scene.BoundingBoxes);
        row.Label = [.. scene.Label.Select(name => (uint)Array.IndexOf(Names, name) + 1)];
    }
}
