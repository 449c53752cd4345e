using System.CommandLine;
using Microsoft.ML;
using MLNetDeepExtensions.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Examples;

/// <summary>What the network is. A saved model holds these properties under the contract's name, never the name of a type.</summary>
[NetworkDefinition("example.spiral/1")]
internal sealed record SpiralNetwork : INetworkDefinition<Tensor, Tensor>
{
    public int Width { get; init; } = 32;

    public Module<Tensor, Tensor> Create(NetworkContext data) => Sequential(
        Linear(data.InputSize("Features"), Width), Tanh(), Linear(Width, Width), Tanh(), Linear(Width, data.ClassCount));
}

/// <summary>A TorchSharp module of one's own, trained, evaluated and saved as any estimator of ML.NET: <c>module</c>.</summary>
internal sealed class BringYourOwnModule : TrainingExample
{
    protected override string Name => "module";

    protected override string Description => "Trains a TorchSharp module of one's own on a vector column.";

    public override string Run(ExampleOptions options)
    {
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        IDataView train = ml.Data.LoadFromEnumerable(SpiralPoint.Draw(900, options.Seed));
        IDataView test = ml.Data.LoadFromEnumerable(SpiralPoint.Draw(300, options.Seed + 1));

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Torch.Trainers.Module(new SpiralNetwork { Width = 64 }, new ModuleTrainer.Options
            {
                Inputs = [Input.Vector("Features")], Target = Input.Key("Label"), Outputs = [Output.Classes()],
                Loss = (logits, label) => functional.cross_entropy(logits, label),
                Optimiser = parameters => optim.AdamW(parameters, 1e-2, weight_decay: 0.01),
                MaxEpochs = options.Epochs ?? 20, BatchSize = options.Batch ?? 32,
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedName", "PredictedLabel"));
        ITransformer model = pipeline.Fit(train);
        double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;

        string path = Path.Combine(Directory.CreateDirectory(options.Out).ToString(), "model.zip");
        ml.Model.Save(model, train.Schema, path);
        AnotherProcess.Run("module-load", path);
        return $"module: accuracy={accuracy:0.000} model={path}";
    }
}

/// <summary>The model in a process that did not train it: <c>module-load FILE</c>.</summary>
internal sealed class LoadYourOwnModule : IExampleCommand
{
    public Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Model saved by the command module." };
        var command = new Command("module-load", "Loads and uses what the command module saved.") { file };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file)));
        return command;
    }

    private static void Run(string path)
    {
        var ml = new MLContext();
        ml.ComponentCatalog.RegisterAssembly(typeof(SpiralNetwork).Assembly);     // says what "example.spiral/1" is
        using var engine = ml.Model.CreatePredictionEngine<SpiralPoint, Prediction>(ml.Model.Load(path, out _));
        foreach (SpiralPoint point in SpiralPoint.Draw(3, seed: 3))
            Console.WriteLine($"another process: a point of {point.Label} is taken for {engine.Predict(point).PredictedName}");
    }

    private sealed class Prediction
    {
        public string PredictedName { get; set; } = "";
    }
}
