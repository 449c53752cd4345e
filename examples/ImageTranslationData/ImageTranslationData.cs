using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a translator of images is trained and tested on.</summary>
internal sealed record ImageTranslationData(string Description, IReadOnlyList<StyledPhoto> TrainPhotos, IReadOnlyList<StyledPhoto> TestPhotos)
{
    private const double TestPart = 0.2;
    private const int GeneratedToTrain = 200, GeneratedToTest = 40;

    /// <summary>Few shapes, each of some size: what a small network learns to draw within minutes.</summary>
    private static readonly ShapeSceneOptions Scenes = new()
    {
        MinWidth = 32, MaxWidth = 32, MinHeight = 32, MaxHeight = 32, MaxObjects = 2, MinObjectSize = 12, MaxObjectSize = 20, MaxOverlap = 0,
    };

    /// <summary>Whether the pictures were made up by this program, and it is known what they are in the other style.</summary>
    public bool IsGenerated { get; private init; }

    /// <summary>The data that the options name; generated pictures in two styles if they name none.</summary>
    /// <exception cref="UserError">A folder is missing or empty.</exception>
    public static ImageTranslationData Load(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        ImageTranslationData data = options.Data is { } folder ? FromFolder(ml, folder, options) : Generate(ml, options, output);
        Console.WriteLine($"data: {data.Description}: {data.TrainPhotos.Count(photo => !photo.Domain)} and {data.TrainPhotos.Count(photo => photo.Domain)} images to train on, "
            + $"{data.TestPhotos.Count} to test on");
        return data;
    }

    /// <summary>Rows with <c>Image</c> and <c>Domain</c>.</summary>
    public IDataView Train(MLContext ml) => Prepared(ml, TrainPhotos, ml.Transforms.DecodeImages("Image", "ImagePath"));

    /// <summary>Rows of one domain with <c>Image</c>, and <c>Target</c> where it is known.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="domain">Whether it is the second one.</param>
    /// <param name="side">Side in pixels of the squares that photographs are warped to, as the authors' code does: what the network saw in training.</param>
    public IDataView Test(MLContext ml, bool domain, int side)
    {
        StyledPhoto[] photos = [.. TestPhotos.Where(photo => photo.Domain == domain)];
        EstimatorChain<ImageDecodingTransformer> decoding = new EstimatorChain<ITransformer>().Append(ml.Transforms.DecodeImages("Image", "ImagePath"));
        return Prepared(ml, photos, IsGenerated ? decoding.Append(ml.Transforms.DecodeImages("Target", "TargetPath"))
            : decoding.Append(ml.Transforms.ResizeImages("Image", side, side, resizing: ImageResizingEstimator.ResizingKind.Fill)));
    }

    private static IDataView Prepared(MLContext ml, IReadOnlyList<StyledPhoto> photos, IEstimator<ITransformer> preparation)
    {
        IDataView files = ml.Data.LoadFromEnumerable(photos);
        return preparation.Fit(files).Transform(files);
    }

    private static ImageTranslationData Generate(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        string folder = output.EmptyFolder("styles");
        ShapeStyles.WriteUnpaired(folder, GeneratedToTrain, GeneratedToTest, options.Seed, Scenes);
        ImageTranslationData data = FromFolder(ml, folder, options) with { Description = "shapes in two styles", IsGenerated = true };
        foreach (StyledPhoto photo in data.TestPhotos)
            photo.TargetPath = Path.Combine(folder, photo.Domain ? "truthB" : "truthA", Path.GetFileName(photo.ImagePath));
        return data;
    }

    private static ImageTranslationData FromFolder(MLContext ml, string path, ExampleOptions options)
    {
        if (!Has(path, "train"))
            throw new UserError($"{path}: expected folders trainA and trainB of images, and testA and testB to test on, or without.");
        string testPath = options.Test ?? path;
        if (options.Test is not null && !Has(testPath, "test"))
            throw new UserError($"{testPath}: expected folders testA and testB of images.");
        List<StyledPhoto> train = Read(ml, path, "train"), test = Has(testPath, "test") ? Read(ml, testPath, "test") : [.. SetAside(train, options.Seed)];
        train.RemoveAll(test.ToHashSet().Contains);
        return new ImageTranslationData(path, train, test);
    }

    private static bool Has(string path, string split) => Directory.Exists(Path.Combine(path, split + "A")) && Directory.Exists(Path.Combine(path, split + "B"));

    private static List<StyledPhoto> Read(MLContext ml, string path, string split)
    {
        IDataView view = ml.Data.LoadFromUnpairedImages(Path.Combine(path, split + "A"), Path.Combine(path, split + "B"));
        return [.. view.GetColumn<string>("ImagePath").Zip(view.GetColumn<uint>("Domain"), (image, domain) => new StyledPhoto { ImagePath = image, Domain = domain == 2 })];
    }

    /// <summary>A random part of each domain.</summary>
    private static IEnumerable<StyledPhoto> SetAside(List<StyledPhoto> photos, int seed) => photos.GroupBy(photo => photo.Domain).SelectMany(group =>
    {
        StyledPhoto[] shuffled = [.. group];
        new Random(seed).Shuffle(shuffled);
        return shuffled.Take((int)Math.Round(TestPart * shuffled.Length));
    });
}
