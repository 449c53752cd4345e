using System.Globalization;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Sources;

/// <summary>Reads a data set in YOLO's format: a text file for each image, a line for each object.</summary>
internal sealed class YoloSource(AnnotationReading reading, YoloFolder folder, IReadOnlyList<string> classNames)
{
    const long MaxBytes = 16 * 1024 * 1024;

    public static List<AnnotatedImage> Read(AnnotationReading reading, string root, string? split, IReadOnlyList<string>? classNames)
    {
        YoloFolder folder = YoloFolder.Find(root, split);
        var source = new YoloSource(reading, folder, classNames ?? YoloClassNames.Find(root, folder));
        return reading.Read("LoadFromYoloLabels", folder.ImagePaths, source.ReadOne);
    }

    AnnotatedImage ReadOne(string imagePath)
    {
        string path = folder.LabelsOf(imagePath);
        if (!File.Exists(path))
            return new AnnotatedImage(imagePath, []);
        if (new FileInfo(path).Length > MaxBytes)
            throw new AnnotationFault(path, null, $"expected at most {MaxBytes} bytes");
        ImageSize size = BoxInspection.TrueSize(path, imagePath);
        SourceObject[] objects = [.. File.ReadLines(path).Select((line, i) => (Line: line, Place: $"line {i + 1}"))
            .Where(item => !string.IsNullOrWhiteSpace(item.Line)).Select(item => ObjectOf(path, item.Line, item.Place, size))];
        return new AnnotatedImage(imagePath, reading.Boxes.Usable(path, objects, size, imagePath));
    }

    SourceObject ObjectOf(string path, string line, string place, ImageSize size)
    {
        string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5 || !fields.All(field => double.TryParse(field, CultureInfo.InvariantCulture, out _)))
            throw new AnnotationFault(path, place, $"expected 5 numbers (class, centre x and y, width, height), got '{line}'");
        double[] numbers = [.. fields.Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        if (!(numbers[0] >= 0 && numbers[0] < classNames.Count && numbers[0] % 1 == 0))
            throw new AnnotationFault(path, place, $"expected a class from 0 to {classNames.Count - 1}, got {fields[0]}");
        (double x, double y, double halfWidth, double halfHeight) =
            (numbers[1] * size.Width, numbers[2] * size.Height, numbers[3] * size.Width / 2, numbers[4] * size.Height / 2);
        return new SourceObject(classNames[(int)numbers[0]],
            new Box((float)(x - halfWidth), (float)(y - halfHeight), (float)(x + halfWidth), (float)(y + halfHeight)), place);
    }
}
