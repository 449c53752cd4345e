using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>Pascal VOC: <c>Annotations</c> and <c>ImageSets/Main</c>, or XML files beside their images, perhaps in a folder for each split.</summary>
internal sealed class PascalVocFolder : DetectionFolder
{
    private PascalVocFolder(string root, IEnumerable<string> splits) : base(root) => Splits = [.. splits];

    public override string Format => "Pascal VOC";

    public override IReadOnlyCollection<string> Splits { get; }

    public override IDataView Load(MLContext ml, string? split) => ml.Data.LoadFromPascalVoc(Root, split);

    public static PascalVocFolder? Recognise(string root)
    {
        string annotations = Path.Combine(root, "Annotations"), lists = Path.Combine(root, "ImageSets", "Main");
        if (Directory.Exists(annotations))
            return new PascalVocFolder(root, Directory.Exists(lists) ? Directory.EnumerateFiles(lists, "*.txt").Where(IsWholeSplit).Select(Stem) : []);
        string[] splits = [.. SubfoldersWith(root, "*.xml")];
        return splits.Length > 0 || Directory.EnumerateFiles(root, "*.xml").Any() ? new PascalVocFolder(root, splits) : null;
    }

    // Lists such as cat_train.txt hold every image with a flag for one class.
    private static bool IsWholeSplit(string path) => !Stem(path).Contains('_');

    private static string Stem(string path) => Path.GetFileNameWithoutExtension(path);
}
