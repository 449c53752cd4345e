using System.CommandLine;
using System.CommandLine.Parsing;
using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Examples;

/// <summary>The command-line options that all training examples share.</summary>
internal sealed class ExampleCommandOptions
{
    private readonly Option<string?> data = Text("--data", "DIR", "Folder of the data set; generated data without it.");
    private readonly Option<string?> test = Text("--test", "DIR", "Folder of a separate test set.");
    private readonly Option<int?> epochs = Number("--epochs", "Passes over the training data.", atLeast: 1);
    private readonly Option<int?> batch = Number("--batch", "Rows per update.", atLeast: 1);
    private readonly Option<int?> imageSize = Number("--image-size", "Side in pixels to which images are resized.", atLeast: 1);
    private readonly Option<string?> backbone = Text("--backbone", "NAME", "Network that turns images into features.");
    private readonly Option<string?> weights = Text("--weights", "FILE", "Weights to start from: safetensors or PyTorch's.");
    private readonly Option<Precision> precision = new("--precision")
    {
        Description = "Number format of training: float32 or bfloat16.", HelpName = "FORMAT", CustomParser = result => Name<Precision>("--precision", result),
    };
    private readonly Option<int?> seed = Number("--seed", "Seed of generated data, splits, weights and order; default 1.", atLeast: 0);
    private readonly Option<int?> gpu = Number("--gpu", "Number of the GPU to use, from 0; the CPU without it.", atLeast: 0);
    private readonly Option<bool> resume = new("--resume") { Description = "Continue the interrupted run in the folder of --out." };
    private readonly Option<string?> output;

    public ExampleCommandOptions(Command command)
    {
        DefaultOut = Path.Combine("out", command.Name);
        output = Text("--out", "DIR", $"Folder for model, history, pictures and metrics; default {DefaultOut}.");
        foreach (Option option in new Option[] { data, test, epochs, batch, imageSize, backbone, weights, precision, seed, gpu, resume, output })
            command.Add(option);
    }

    private string DefaultOut { get; }

    public ExampleOptions Read(ParseResult parsed) => new()
    {
        Data = parsed.GetValue(data), Test = parsed.GetValue(test),
        Epochs = parsed.GetValue(epochs), Batch = parsed.GetValue(batch), ImageSize = parsed.GetValue(imageSize),
        Backbone = parsed.GetValue(backbone), Weights = parsed.GetValue(weights), Precision = parsed.GetValue(precision),
        Seed = parsed.GetValue(seed) ?? 1, Gpu = parsed.GetValue(gpu), Resume = parsed.GetValue(resume), Out = parsed.GetValue(output) ?? DefaultOut,
        CommandLine = parsed,
    };

    private static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    private static Option<int?> Number(string name, string description, int atLeast) => new(name)
    {
        Description = description, HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, out int value) && value >= atLeast)
                return value;
            result.AddError($"{name}: expected a whole number of at least {atLeast}, got '{text}'.");
            return null;
        },
    };

    private static T Name<T>(string option, ArgumentResult result) where T : struct, Enum
    {
        if (EnumName.TryRead(result.Tokens[0].Value, out T value))
            return value;
        result.AddError(EnumName.Fault<T>(option, result.Tokens[0].Value));
        return default;
    }
}
