using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a detector is trained and tested on.</summary>
internal sealed record DetectionData(string Description, IReadOnlyList<AnnotatedPhoto> TrainPhotos, IReadOnlyList<AnnotatedPhoto> TestPhotos)
{
    private const double TestPart = 0.2;

    /// <summary>Objects large enough for a network that sees the pictures at 128 pixels, and many, since each is a lesson.</summary>
    private static readonly ShapeSceneOptions Scenes = new() { MaxWidth = 240, MaxHeight = 200, MinObjectSize = 32, MaxObjects = 8 };

    /// <summary>The data that the options name; generated shapes if they name none.</summary>
    /// <exception cref="UserError">A folder is missing, unknown or empty.</exception>
    public static DetectionData Load(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        DetectionData data = options.Data is { } folder
            ? FromFolder(ml, folder, options.Test, options.Seed)
            : Generate(ml, output, options.Seed);
        Console.WriteLine($"data: {data.Description}: {data.TrainPhotos.Count} images to train on, {data.TestPhotos.Count} to test on");
        return data;
    }

    public IDataView Train(MLContext ml) => ml.Data.LoadFromEnumerable(TrainPhotos);

    public IDataView Test(MLContext ml) => ml.Data.LoadFromEnumerable(TestPhotos);

    /// <summary>Writes pictures of shapes with boxes, not those of any other seed.</summary>
    public static void WriteShapes(string folder, int train, int test, int seed) =>
        ShapeScenes.WritePascalVoc(folder, train, testCount: test, seed: seed, options: Scenes);

    private static DetectionData Generate(MLContext ml, OutputFolder output, int seed)
    {
        string folder = output.EmptyFolder("shapes");
        WriteShapes(folder, train: 480, test: 100, seed);
        return FromFolder(ml, folder, testPath: null, seed) with { Description = "generated shapes" };
    }

    private static DetectionData FromFolder(MLContext ml, string path, string? testPath, int seed)
    {
        DetectionFolder folder = DetectionFolder.Open(path);
        DetectionFolder? testFolder = testPath is null ? null : DetectionFolder.Open(testPath);
        SplitChoice choice = SplitChoice.Of(folder.Splits, testFolder is not null);
        List<AnnotatedPhoto> train = [.. choice.Train.SelectMany(split => AnnotatedPhoto.ReadAll(ml, folder.Load(ml, split)))];
        List<AnnotatedPhoto> test = testFolder is not null ? AnnotatedPhoto.ReadAll(ml, testFolder.Load(ml, SplitChoice.ForTesting(testFolder.Splits)))
            : choice.Test is not null ? AnnotatedPhoto.ReadAll(ml, folder.Load(ml, choice.Test))
            : SetAside(train, seed);
        return From($"{path} ({folder.Format})", train, test);
    }

    private static DetectionData From(string description, List<AnnotatedPhoto> train, List<AnnotatedPhoto> test)
    {
        if (train.Count == 0 || test.Count == 0)
            throw new UserError($"{description}: expected images to train on and to test on, found {train.Count} and {test.Count}.");
        if (train.All(photo => photo.Label.Length == 0))
            throw new UserError($"{description}: none of the {train.Count} images to train on has an object.");
        return new DetectionData(description, [.. train.Select(photo => photo.WithoutCrowds())], test);
    }

    /// <summary>Moves a random part out of the training photos.</summary>
    private static List<AnnotatedPhoto> SetAside(List<AnnotatedPhoto> photos, int seed)
    {
        AnnotatedPhoto[] shuffled = [.. photos];
        new Random(seed).Shuffle(shuffled);
        List<AnnotatedPhoto> test = [.. shuffled.Take((int)Math.Round(TestPart * shuffled.Length))];
        photos.RemoveAll(test.ToHashSet().Contains);
        return test;
    }
}
