using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>A folder that holds a detection data set of a known format.</summary>
internal abstract class DetectionFolder(string root)
{
    /// <summary>Name of the format.</summary>
    public abstract string Format { get; }

    /// <summary>Names of the parts that the data set is divided into by its makers; empty if it is not.</summary>
    public abstract IReadOnlyCollection<string> Splits { get; }

    protected string Root => root;

    /// <summary>The rows of a split; of all the data if there are no splits and the name is null.</summary>
    public abstract IDataView Load(MLContext ml, string? split);

    /// <summary>Recognises the format by what is in the folder.</summary>
    /// <exception cref="UserError">There is no such folder, or nothing known in it.</exception>
    public static DetectionFolder Open(string root)
    {
        if (!Directory.Exists(root))
            throw new UserError($"{root}: there is no such folder.");
        return PascalVocFolder.Recognise(root) ?? CocoFolder.Recognise(root) ?? (DetectionFolder?)YoloFolder.Recognise(root)
            ?? throw new UserError($"{root}: expected a data set of Pascal VOC (XML files), COCO (JSON files) or YOLO (label files), found none.");
    }

    private protected static IEnumerable<string> SubfoldersWith(string folder, string pattern) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder)
            .Where(inner => Directory.EnumerateFiles(inner, pattern).Any()).Select(inner => Path.GetFileName(inner)!)
        : [];
}
