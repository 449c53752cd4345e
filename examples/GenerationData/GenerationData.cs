using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Examples;

/// <summary>What a generator of images is trained on: views with <c>Image</c> and, if <see cref="HasLabels"/>, <c>Label</c>.</summary>
/// <param name="Description">In words.</param>
/// <param name="Train">Rows to train on.</param>
/// <param name="TrainCount">How many.</param>
/// <param name="Test">Rows to compare with.</param>
/// <param name="HasLabels">Whether the images have classes.</param>
/// <param name="ImageSide">The longer side of the first image, in pixels.</param>
/// <param name="IsGrey">Whether the first image has no colours, as digits and letters.</param>
/// <param name="IsGenerated">Whether the pictures were made up by this program.</param>
internal sealed record GenerationData(
    string Description, IDataView Train, long TrainCount, IDataView Test, bool HasLabels, int ImageSide, bool IsGrey, bool IsGenerated)
{
    private const double TestPart = 0.1;

    /// <summary>The data that the options name: a folder of images, or whatever a classifier is trained on; generated shapes if they name none.</summary>
    /// <exception cref="UserError">A folder is missing, unknown or empty.</exception>
    public static GenerationData Load(MLContext ml, ExampleOptions options, OutputFolder output)
    {
        if (options.Data is { } folder && ImageFiles.In(folder) is { Count: > 0 } files)
            return FromFiles(ml, folder, files, options.Seed);
        ClassificationData data = ClassificationData.Load(ml, options, output);
        return new GenerationData(data.Description, data.Train, data.TrainCount, data.Test, HasLabels: true, data.ImageSide, data.IsGrey, data.IsGenerated);
    }

    private static GenerationData FromFiles(MLContext ml, string folder, IReadOnlyList<string> files, int seed)
    {
        IDataView rows = ml.Data.LoadFromEnumerable(files.Select(path => new Photo { ImagePath = path }).ToArray());
        IDataView images = ml.Transforms.DecodeImages("Image", "ImagePath").Fit(rows).Transform(rows);
        ImageProperties first = ImageProperties.OfFirst(images)!;
        DataOperationsCatalog.TrainTestData parts = ml.Data.TrainTestSplit(images, TestPart, seed: seed);
        int count = parts.TrainSet.GetColumn<string>("ImagePath").Count();
        Console.WriteLine($"data: {folder} (images): {count} images to train on");
        return new GenerationData($"{folder} (images)", parts.TrainSet, count, parts.TestSet, HasLabels: false, first.LongerSide, first.IsGrey, IsGenerated: false);
    }
}
