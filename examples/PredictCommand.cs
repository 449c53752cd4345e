using System.CommandLine;
using Microsoft.ML;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Examples;

/// <summary>Uses a saved detector, classifier, captioner or translator of images: <c>predict --model FILE --images DIR --out DIR</c>.</summary>
internal sealed class PredictCommand : IExampleCommand
{
    private readonly Option<string> model = new("--model") { Description = "Saved model: a zip.", HelpName = "FILE", Required = true };
    private readonly Option<string> images = new("--images") { Description = "Folder of images.", HelpName = "DIR", Required = true };
    private readonly Option<string> output = new("--out") { Description = "Folder for pictures and predictions.csv.", HelpName = "DIR", Required = true };
    private readonly Option<float> minScore = new("--min-score")
    {
        Description = "Lowest score of the objects to write, 0 to 1.", HelpName = "SCORE", DefaultValueFactory = _ => 0.3f,
    };

    public Command Create()
    {
        var command = new Command("predict", "Finds objects in images, or their classes, or describes or translates them, with a saved model: a CSV, and pictures of what was found or made.")
        {
            model, images, output, minScore,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(images),
            parsed.GetRequiredValue(output), parsed.GetRequiredValue(minScore)));
        return command;
    }

    /// <summary>Predicts image by image. A damaged one is told of and left out; then the exit code is not 0.</summary>
    private static int Run(string modelPath, string imageFolder, string outputFolder, float minScore)
    {
        IReadOnlyList<string> paths = ImagesIn(imageFolder);
        var ml = new MLContext();
        using ImagePredictor predictor = ImagePredictor.Of(ml, SavedPipeline.Load(ml, modelPath), outputFolder, minScore);

        Directory.CreateDirectory(outputFolder);
        var csv = new CsvWriter(predictor.Header);
        int exitCode = 0;
        foreach (string path in paths)
        {
            try
            {
                Console.WriteLine($"{Path.GetFileName(path)}: {predictor.Predict(path, csv)}");
            }
            catch (ImageDecodingException fault)
            {
                exitCode = UserError.Print(fault.Message, exitCode: 1);
            }
        }
        csv.Write(Path.Combine(outputFolder, "predictions.csv"));
        return exitCode;
    }

    private static IReadOnlyList<string> ImagesIn(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UserError($"{folder}: there is no such folder.");
        return ImageFiles.In(folder) is { Count: > 0 } paths
            ? paths : throw new UserError($"{folder}: expected images ({string.Join(", ", ImageFiles.Extensions)}), found none.");
    }
}
