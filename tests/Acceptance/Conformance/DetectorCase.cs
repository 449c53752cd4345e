using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Detection;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>Rows and results of all detectors.</summary>
internal static class DetectorRows
{
    public static readonly string[] Classes = ["red", "green", "blue"];

    internal sealed class Scene : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        [KeyType(3)]
        public uint[] Label { get; set; } = [];

        public string[] LabelText { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];

        public float[] Proposals { get; set; } = [];
    }

    internal sealed class Detections
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    public static void Fill(Scene row, int number)
    {
        DetectionScenes.Scene scene = DetectionScenes.Generate(1, seed: number, width: 64 + number % 3, height: 60)[0];
        (row.Image, row.LabelText, row.BoundingBoxes) = (scene.Image, scene.Label, scene.BoundingBoxes);
        row.Label = [.. scene.Label.Select(name => (uint)Array.IndexOf(Classes, name) + 1)];
        row.Proposals = [.. scene.BoundingBoxes, .. scene.BoundingBoxes.Select(corner => corner + number % 4 - 2), 5, 5, 40, 40];
    }
}

/// <summary>A case of a detector.</summary>
internal interface IDetectorCase
{
    /// <summary>The trainer with its options changed.</summary>
    IEstimator<DetectionTransformer> Create(MLContext ml, Func<DetectionTrainingOptions, DetectionTrainingOptions> change);
}

/// <inheritdoc cref="IDetectorCase"/>
/// <typeparam name="TOptions">What the trainer is told.</typeparam>
internal abstract class DetectorCase<TOptions> : TrainingCase<DetectorRows.Scene, DetectorRows.Detections, TOptions>, IDetectorCase
    where TOptions : DetectionTrainingOptions
{
    public override IReadOnlyList<InputColumn> Inputs =>
    [
        new("Image", "Picture"),
        new("Label", "Keys") { IsTarget = true, AsText = "LabelText" },
        new("BoundingBoxes", "VariableVector", "Vector") { IsTarget = true },
    ];

    public sealed override IReadOnlyList<string> PredictedLabels => ["PredictedLabel"];

    public sealed override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    /// <summary>A detector that is trained in a second; columns, batch size and the number of results are set here.</summary>
    protected abstract TOptions Small { get; }

    protected abstract IEstimator<DetectionTransformer> CreateDetector(MLContext ml, TOptions options);

    public IEstimator<DetectionTransformer> Create(MLContext ml, Func<DetectionTrainingOptions, DetectionTrainingOptions> change) =>
        CreateDetector(ml, (TOptions)change(Options(name => name)));

    /// <summary>Names of columns that only some detectors have.</summary>
    protected virtual TOptions Named(TOptions options, Func<string, string> name) => options;

    protected sealed override TOptions Options(Func<string, string> name) => Named((TOptions)((DetectionTrainingOptions)Small with
    {
        ImageColumnName = name("Image"), LabelColumnName = name("Label"), BoundingBoxColumnName = name("BoundingBoxes"),
        PredictedLabelColumnName = name("PredictedLabel"), PredictedBoundingBoxColumnName = name("PredictedBoundingBoxes"),
        ScoreColumnName = name("Score"), MaxEpochs = 2, BatchSize = 4, Inference = new DetectionOptions { BatchSize = 4, MaxDetections = 3 },
    }), name);

    protected sealed override IEstimator<ITransformer> Create(MLContext ml, TOptions options) => CreateDetector(ml, options);

    protected sealed override void Fill(DetectorRows.Scene row, int number) => DetectorRows.Fill(row, number);

    protected sealed override void Spoil(DetectorRows.Scene row) => row.Image = null!;
}
