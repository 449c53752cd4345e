using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Torch;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class ModuleCase : TrainingCase<ModuleCase.Point, ModuleCase.Prediction, ModuleTrainer.Options>
{
    private const int ClassCount = 3;

    internal sealed class Point : ConformanceRow
    {
        [VectorType(4)]
        public float[] Features { get; set; } = new float[4];

        [KeyType(ClassCount)]
        public uint Label { get; set; }

        public string LabelText { get; set; } = "";
    }

    internal sealed class Prediction
    {
        public uint PredictedLabel { get; set; }

        [VectorType(ClassCount)]
        public float[] Score { get; set; } = [];
    }

    public override Type EstimatorType => typeof(ModuleTrainer);

    public override IReadOnlyList<InputColumn> Inputs =>
        [new("Features", "Vector"), new("Label", "Key") { IsTarget = true, AsText = "LabelText" }];

    public override IReadOnlyList<string> PredictedLabels => ["PredictedLabel"];

    public override bool AcceptsMissingInputs => true;

    protected override ModuleTrainer.Options Options(Func<string, string> name) => new()
    {
        Inputs = [Input.Vector(name("Features"))], Target = Input.Key(name("Label")),
        Outputs = [Output.Classes(name("PredictedLabel"), name("Score"))], MaxEpochs = 3, BatchSize = 4, LearningRate = 0.02,
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, ModuleTrainer.Options options) =>
        ml.Torch.Trainers.Module(new SmallNetwork { InputColumnName = options.Inputs[0].ColumnName }, options);

    protected override void Fill(Point row, int number)
    {
        row.Label = (uint)(number % ClassCount);
        row.LabelText = $"class {row.Label}";
        row.Features = [row.Label, number % 5, number % 7 - row.Label, 0.5f];
    }

    // Beyond the count, the key is a missing one.
    protected override void Spoil(Point row) => row.Label = 99;
}
