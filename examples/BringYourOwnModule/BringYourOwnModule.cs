using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Examples;

/// <summary>A point of one of three spiral arms.</summary>
internal sealed class SpiralPoint
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";

    public static IEnumerable<SpiralPoint> Draw(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            double radius = random.NextDouble(), angle = 4 * radius + 2 * Math.PI / 3 * (i % 3) + 0.3 * (random.NextDouble() - 0.5);
            yield return new SpiralPoint { Features = [(float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle))], Label = $"arm {i % 3 + 1}" };
        }
    }
}

/// <summary>What the network is: saved with the model as JSON, under the contract's name and never under that of a type.</summary>
[NetworkDefinition("example.spiral/1")]
internal sealed record SpiralNetwork : INetworkDefinition<Tensor, Tensor>
{
    public int Width { get; init; } = 32;

    public Module<Tensor, Tensor> Create(NetworkContext data) => Sequential(
        Linear(data.InputSize("Features"), Width), Tanh(), Linear(Width, Width), Tanh(), Linear(Width, data.ClassCount));
}

/// <summary>Trains a TorchSharp module of one's own as ML.NET's estimators are trained: <c>module</c>.</summary>
internal sealed class BringYourOwnModule : TrainingExample
{
    protected override string Name => "module";

    protected override string Description => "Trains a TorchSharp module of one's own on a vector column.";

    public override string Run(ExampleOptions options)
    {
        Directory.CreateDirectory(options.Out);
        string path = Path.Combine(options.Out, "model.zip");
        var ml = new MLContext(options.Seed);
        IDataView train = ml.Data.LoadFromEnumerable(SpiralPoint.Draw(1500, options.Seed)), test = ml.Data.LoadFromEnumerable(SpiralPoint.Draw(600, options.Seed + 1));

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Torch.Trainers.Module(new SpiralNetwork { Width = 64 }, new ModuleTrainer.Options
            {
                Inputs = [Input.Vector("Features")], Target = Input.Key("Label"), Outputs = [Output.Classes()],
                Loss = (logits, label) => functional.cross_entropy(logits, label),
                Optimiser = parameters => optim.AdamW(parameters, 5e-3, weight_decay: 0.01),
                MaxEpochs = options.Epochs ?? 30, BatchSize = options.Batch ?? 32,
            }));
        ITransformer model = pipeline.Fit(train);
        ml.Model.Save(model, train.Schema, path);

        double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        AnotherProcess.Run("module-load", path);
        return $"module: accuracy={accuracy:0.000} model={path}";
    }
}
