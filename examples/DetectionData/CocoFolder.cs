using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>COCO: <c>annotations/instances_train2017.json</c> beside the images in <c>train2017</c>, or <c>train/_annotations.coco.json</c> among them.</summary>
internal sealed class CocoFolder : DetectionFolder
{
    private const string Prefix = "instances_", BesideImages = "_annotations.coco.json";

    private readonly Dictionary<string, (string File, string Images)> splits;

    private CocoFolder(string root, Dictionary<string, (string, string)> splits) : base(root) => this.splits = splits;

    public override string Format => "COCO";

    public override IReadOnlyCollection<string> Splits => splits.Keys;

    public override IDataView Load(MLContext ml, string? split)
    {
        (string file, string images) = splits[split ?? splits.Keys.First()];
        return ml.Data.LoadFromCoco(file, images);
    }

    public static CocoFolder? Recognise(string root)
    {
        var splits = new Dictionary<string, (string, string)>();
        string annotations = Path.Combine(root, "annotations");
        string[] files = Directory.Exists(annotations) ? Directory.GetFiles(annotations, Prefix + "*.json") : [];
        foreach (string file in files.Order())
        {
            string name = Path.GetFileNameWithoutExtension(file)[Prefix.Length..];
            splits[WithoutYear(name)] = (file, ImagesOf(root, name));
        }
        foreach (string split in SubfoldersWith(root, BesideImages))
            splits[split] = (Path.Combine(root, split, BesideImages), Path.Combine(root, split));
        return splits.Count > 0 ? new CocoFolder(root, splits) : null;
    }

    public static string WithoutYear(string name) => name.TrimEnd("0123456789".ToCharArray());

    public static string ImagesOf(string root, string name)
    {
        string[] places = [name, Path.Combine("images", name), WithoutYear(name), Path.Combine("images", WithoutYear(name)), "images"];
        return places.Select(place => Path.Combine(root, place)).FirstOrDefault(Directory.Exists) ?? root;
    }
}
