using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a captioner is trained and tested on.</summary>
internal sealed record CaptioningData(string Description, IReadOnlyList<CaptionedPhoto> TrainPhotos, IReadOnlyList<CaptionedPhoto> TestPhotos)
{
    private const double TestPart = 0.2;

    /// <summary>One or two shapes to a picture, large enough for a network that sees it at 48 pixels.</summary>
    private static readonly ShapeSceneOptions Scenes = new()
    {
        MinWidth = 64, MaxWidth = 72, MinHeight = 64, MaxHeight = 72, MaxObjects = 2, MinObjectSize = 24, MaxObjectSize = 32, MaxOverlap = 0,
    };

    /// <summary>The data that the options name; generated shapes if they name none.</summary>
    /// <exception cref="UserError">A folder is missing, unknown or empty.</exception>
    public static CaptioningData Load(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        CaptioningData data = options.Data is { } folder ? FromFolder(ml, folder, options) : Generate(ml, options, output);
        Console.WriteLine($"data: {data.Description}: {data.TrainPhotos.Count} images with {data.TrainPhotos.Sum(photo => photo.Caption.Length)} captions "
            + $"to train on, {data.TestPhotos.Count} images to test on");
        return data;
    }

    public IDataView Train(MLContext ml) => ml.Data.LoadFromEnumerable(TrainPhotos);

    public IDataView Test(MLContext ml) => ml.Data.LoadFromEnumerable(TestPhotos);

    /// <summary>Writes captioned pictures of shapes, those to test on of another seed.</summary>
    public static void WriteShapes(string folder, int train, int test, int seed)
    {
        ShapeScenes.WriteCaptions(Path.Combine(folder, "train"), train, seed, Scenes);
        ShapeScenes.WriteCaptions(Path.Combine(folder, "test"), test, seed + 1, Scenes);
    }

    private static CaptioningData Generate(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        string folder = output.EmptyFolder("shapes");
        WriteShapes(folder, train: 3000, test: 300, options.Seed);
        return FromFolder(ml, folder, options) with { Description = "generated shapes" };
    }

    private static CaptioningData FromFolder(MLContext ml, string path, ExampleOptions options)
    {
        CaptioningFolder folder = CaptioningFolder.Open(path);
        CaptioningFolder? testFolder = options.Test is null ? null : CaptioningFolder.Open(options.Test);
        SplitChoice choice = SplitChoice.Of(folder.Splits, testFolder is not null);
        List<CaptionedPhoto> train = [.. choice.Train.SelectMany(split => Read(ml, folder, split))];
        List<CaptionedPhoto> test = testFolder is not null ? Read(ml, testFolder, SplitChoice.ForTesting(testFolder.Splits))
            : choice.Test is not null ? Read(ml, folder, choice.Test)
            : SetAside(train, options.Seed);
        if (train.Count == 0 || test.Count == 0)
            throw new UserError($"{path}: expected images to train on and to test on, found {train.Count} and {test.Count}.");
        return new CaptioningData($"{path} ({folder.Form})", train, test);
    }

    private static List<CaptionedPhoto> Read(MLContext ml, CaptioningFolder folder, string? split) =>
        [.. ml.Data.CreateEnumerable<CaptionedPhoto>(folder.Load(ml, split), reuseRowObject: false)];

    /// <summary>Moves a random part out of the training photos.</summary>
    private static List<CaptionedPhoto> SetAside(List<CaptionedPhoto> photos, int seed)
    {
        CaptionedPhoto[] shuffled = [.. photos];
        new Random(seed).Shuffle(shuffled);
        List<CaptionedPhoto> test = [.. shuffled.Take((int)Math.Round(TestPart * shuffled.Length))];
        photos.RemoveAll(test.ToHashSet().Contains);
        return test;
    }
}
