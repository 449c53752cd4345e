using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>A folder that holds captioned images in a known form.</summary>
/// <param name="Form">Name of the form.</param>
/// <param name="Splits">Names of the parts that the data set is divided into by its makers; empty if it is not.</param>
/// <param name="Load">The rows of a split; of all the data if there are no splits and the name is null.</param>
internal sealed record CaptioningFolder(string Form, IReadOnlyList<string> Splits, Func<MLContext, string?, IDataView> Load)
{
    private const string CaptionFile = "captions.tsv", CocoPrefix = "captions_";

    /// <summary>Recognises the form by what is in the folder.</summary>
    /// <exception cref="UserError">There is no such folder, or nothing known in it.</exception>
    public static CaptioningFolder Open(string root)
    {
        if (!Directory.Exists(root))
            throw new UserError($"{root}: there is no such folder.");
        return Lines(root) ?? Coco(root) ?? Flickr(root)
            ?? throw new UserError($"{root}: expected {CaptionFile} and images, alone or in a folder for each split, COCO's annotations/{CocoPrefix}*.json, "
                + "or a token file of Flickr, found none.");
    }

    /// <summary>Lines "name TAB caption" beside <c>images</c>.</summary>
    private static CaptioningFolder? Lines(string root)
    {
        string[] splits = [.. Directory.EnumerateDirectories(root).Where(folder => File.Exists(Path.Combine(folder, CaptionFile)))
            .Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];
        return splits.Length > 0 || File.Exists(Path.Combine(root, CaptionFile))
            ? new("captions", splits, (ml, split) => ml.Data.LoadFromCaptions(root, split: split))
            : null;
    }

    /// <summary><c>annotations/captions_train2017.json</c> beside the images in <c>train2017</c>.</summary>
    private static CaptioningFolder? Coco(string root)
    {
        string annotations = Path.Combine(root, "annotations");
        string[] files = Directory.Exists(annotations) ? Directory.GetFiles(annotations, CocoPrefix + "*.json") : [];
        Dictionary<string, string> names = files.Select(file => Path.GetFileNameWithoutExtension(file)[CocoPrefix.Length..])
            .ToDictionary(CocoFolder.WithoutYear);
        return names.Count == 0 ? null : new("COCO", [.. names.Keys.Order(StringComparer.Ordinal)], (ml, split) =>
        {
            string name = names[split ?? names.Keys.First()];
            return ml.Data.LoadFromCaptions(Path.Combine(annotations, $"{CocoPrefix}{name}.json"), CocoFolder.ImagesOf(root, name), badRows: BadRows.Skip);
        });
    }

    /// <summary>Flickr 8k's and 30k's token files, with lists of images such as <c>Flickr_8k.trainImages.txt</c> if they are there.</summary>
    private static CaptioningFolder? Flickr(string root)
    {
        string[] files = Directory.GetFiles(root);
        string? tokens = files.FirstOrDefault(file => Path.GetFileName(file).EndsWith(".token.txt", StringComparison.OrdinalIgnoreCase)
            || Path.GetExtension(file).Equals(".token", StringComparison.OrdinalIgnoreCase));
        string? images = Directory.EnumerateDirectories(root).FirstOrDefault(folder => Directory.EnumerateFiles(folder, "*.jpg").Any());
        if (tokens is null || images is null)
            return null;
        Dictionary<string, string> lists = new[] { "train", "dev", "test" }
            .Select(split => (split, file: files.FirstOrDefault(file => file.EndsWith($"{split}Images.txt", StringComparison.OrdinalIgnoreCase))))
            .Where(list => list.file is not null).ToDictionary(list => list.split, list => list.file!);
        return new("Flickr", [.. lists.Keys], (ml, split) =>
            ml.Data.LoadFromCaptions(tokens, images, split is null ? null : lists[split], BadRows.Skip));
    }
}
