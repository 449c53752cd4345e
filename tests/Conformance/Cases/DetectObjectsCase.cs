using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Tests.Conformance.Cases;

internal sealed class DetectObjectsCase : ConformanceCase<DetectObjectsCase.Scene, DetectObjectsCase.Detections>
{
    private static readonly SSDNetworkOptions Network = new() { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 64, Classes = 2 };
    private static readonly Lazy<string> WeightsFile = new(WriteWeights);

    internal sealed class Scene : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;
    }

    internal sealed class Detections
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    public override Type EstimatorType => typeof(SSDDetectionEstimator);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture")];

    public override bool Learns => false;

    public override bool AcceptsMissingInputs => true;

    public override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) => ml.Transforms.DetectObjects(
        WeightsFile.Value, Network, ["thing", "other"], name("Image"), name("PredictedLabel"), name("PredictedBoundingBoxes"), name("Score"),
        new DetectionOptions { BatchSize = 4, MaxDetections = 3 });

    protected override void Fill(Scene row, int number) =>
        row.Image = DetectionScenes.Generate(1, seed: number, width: 64 + number % 3, height: 60)[0].Image;

    private static string WriteWeights()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        using var network = Formula.Fill(new SSDNetwork(Network));
        network.SaveWeights(path);
        return path;
    }
}
