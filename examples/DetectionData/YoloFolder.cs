using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>YOLO: a label file for each image, in <c>labels</c> beside <c>images</c> or among the images, perhaps in a folder for each split.</summary>
internal sealed class YoloFolder : DetectionFolder
{
    private static readonly string[] ClassFiles = ["*.yaml", "*.yml", "classes.txt", "obj.names"];

    private YoloFolder(string root, IEnumerable<string> splits) : base(root) => Splits = [.. splits.Distinct()];

    public override string Format => "YOLO";

    public override IReadOnlyCollection<string> Splits { get; }

    public override IDataView Load(MLContext ml, string? split) => ml.Data.LoadFromYoloLabels(Root, split);

    public static YoloFolder? Recognise(string root)
    {
        string labels = Path.Combine(root, "labels");
        IEnumerable<string> around = Directory.EnumerateDirectories(root)
            .Where(split => Directory.Exists(Path.Combine(split, "labels"))).Select(split => Path.GetFileName(split)!);
        IEnumerable<string> amongImages = SubfoldersWith(root, "*.txt").Where(name => name != "labels");
        string[] splits = [.. SubfoldersWith(labels, "*.txt"), .. around, .. amongImages];
        bool isKnown = splits.Length > 0 || Directory.Exists(labels) || ClassFiles.Any(file => Directory.EnumerateFiles(root, file).Any());
        return isKnown ? new YoloFolder(root, splits) : null;
    }
}
