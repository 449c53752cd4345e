using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>Uses a model with a module of one's own in a process that did not train it: <c>module-load FILE</c>.</summary>
internal sealed class LoadYourOwnModule : IExampleCommand
{
    private readonly Argument<string> model = new("FILE") { Description = "Model saved by the command module." };

    public Command Create()
    {
        var command = new Command("module-load", "Loads and uses what the command module saved.") { model };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(model)));
        return command;
    }

    private static void Run(string path)
    {
        var ml = new MLContext();
        ml.ComponentCatalog.RegisterAssembly(typeof(SpiralNetwork).Assembly);     // where the contract "example.spiral/1" is defined
        ITransformer loaded = ml.Model.Load(path, out _);
        using var engine = ml.Model.CreatePredictionEngine<SpiralPoint, Prediction>(loaded);
        foreach (SpiralPoint point in SpiralPoint.Draw(3, seed: 3))
            Console.WriteLine($"another process: {point.Label} looks like arm {engine.Predict(point).PredictedLabel}");
    }

    private sealed class Prediction
    {
        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }
}
