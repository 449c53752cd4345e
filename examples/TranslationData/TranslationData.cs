using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a translator is trained and tested on: views with <c>Source</c> and <c>Target</c>.</summary>
/// <param name="Description">In words.</param>
/// <param name="Train">Pairs to train on.</param>
/// <param name="Validation">Pairs to choose the best epoch by; null if there are none of their own.</param>
/// <param name="Test">Pairs to test on.</param>
/// <param name="TestName">Name of the test set.</param>
internal sealed record TranslationData(string Description, IDataView Train, IDataView? Validation, IDataView Test, string TestName)
{
    private const int GeneratedToTrain = 3000, GeneratedToValidate = 100, GeneratedToTest = 200;

    /// <summary>Whether the sentences were made up by this program.</summary>
    public bool IsGenerated { get; private init; }

    /// <summary>Pairs to train on.</summary>
    public long TrainCount => Train.GetRowCount() ?? 0;

    /// <summary>The data that the options name; a generated language if they name none.</summary>
    /// <exception cref="UserError">A folder or file is missing.</exception>
    public static TranslationData Load(MLContext ml, ExampleOptions options, string from, string to, OutputFolder output)
    {
        TranslationData data = options.Data is { } folder ? FromFolder(ml, folder, options.Test ?? folder, from, to) : Generate(ml, options, output);
        Console.WriteLine($"data: {data.Description}: {data.TrainCount} pairs to train on, {data.Test.GetRowCount()} of {data.TestName} to test on");
        return data;
    }

    private static TranslationData Generate(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        string folder = output.EmptyFolder("toy-language");
        ToyLanguage.WriteFiles(folder, GeneratedToTrain, GeneratedToValidate, GeneratedToTest, options.Seed);
        return FromFolder(ml, folder, folder, "en", "toy") with { Description = "generated language", IsGenerated = true };
    }

    private static TranslationData FromFolder(MLContext ml, string path, string testPath, string from, string to)
    {
        var folder = new ParallelTextFolder(path, from, to);
        var testFolder = new ParallelTextFolder(testPath, from, to);
        string train = folder.Names("train").FirstOrDefault() ?? throw folder.Missing("train");
        string test = testFolder.Names("test").FirstOrDefault() ?? throw testFolder.Missing("test");
        string? validation = folder.Names("val").FirstOrDefault();
        return new TranslationData(
            $"{path} ({from} to {to})", folder.Load(ml, train), validation is null ? null : folder.Load(ml, validation), testFolder.Load(ml, test), test);
    }
}
