using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a classifier is trained and tested on: views with <c>Image</c> and <c>Label</c>.</summary>
/// <param name="Description">In words.</param>
/// <param name="Train">Rows to train on.</param>
/// <param name="TrainCount">How many.</param>
/// <param name="Test">Rows to test on.</param>
/// <param name="ImageSide">The longer side of the first image, in pixels.</param>
/// <param name="IsGrey">Whether the first image has no colours, as digits and letters.</param>
internal sealed record ClassificationData(string Description, IDataView Train, long TrainCount, IDataView Test, int ImageSide, bool IsGrey)
{
    private const double TestPart = 0.2;
    private const int GeneratedToTrain = 800, GeneratedToTest = 200;

    /// <summary>One shape to a picture, large enough to fill a good part of it.</summary>
    private static readonly ShapeSceneOptions Scenes = new()
    {
        MinWidth = 28, MaxWidth = 32, MinHeight = 28, MaxHeight = 32, ShapeCount = 5, MaxObjects = 1, MinObjectSize = 16, MaxObjectSize = 28,
    };

    /// <summary>Whether the pictures were made up by this program.</summary>
    public bool IsGenerated { get; private init; }

    /// <summary>The data that the options name; generated shapes if they name none.</summary>
    /// <exception cref="UserError">A folder is missing, unknown or empty.</exception>
    public static ClassificationData Load(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        ClassificationData data = options.Data is { } folder ? FromFolder(ml, folder, options) : Generate(ml, options, output);
        Console.WriteLine($"data: {data.Description}: {data.TrainCount} images to train on");
        return data;
    }

    private static ClassificationData Generate(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        string folder = output.EmptyFolder("shapes");
        ShapeScenes.WriteClassFolders(Path.Combine(folder, "train"), GeneratedToTrain, options.Seed, Scenes);
        ShapeScenes.WriteClassFolders(Path.Combine(folder, "test"), GeneratedToTest, options.Seed + 1, Scenes);
        return FromFolder(ml, folder, options) with { Description = "generated shapes", IsGenerated = true };
    }

    private static ClassificationData FromFolder(MLContext ml, string path, ExampleOptions options)
    {
        ClassificationFolder folder = ClassificationFolder.Open(ml, path);
        (IDataView train, IDataView? test) = (folder.Train, folder.Test);
        if (options.Test is { } testPath)
            test = ClassificationFolder.Open(ml, testPath) is var other ? other.Test ?? other.Train : null;
        if (test is null)
        {
            DataOperationsCatalog.TrainTestData parts = ml.Data.TrainTestSplit(train, TestPart, seed: options.Seed);
            (train, test) = (parts.TrainSet, parts.TestSet);
        }
        ImageProperties first = ImageProperties.OfFirst(train) ?? throw new UserError($"{path}: there is no image to train on.");
        return new ClassificationData($"{path} ({folder.Format})", train, Count(train), test, first.LongerSide, first.IsGrey);
    }

    private static long Count(IDataView view)
    {
        if (view.GetRowCount() is { } known)
            return known;
        long count = 0;
        using DataViewRowCursor cursor = view.GetRowCursor([]);
        while (cursor.MoveNext())
            count++;
        return count;
    }
}
