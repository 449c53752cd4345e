using System.Text.Json;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Tests.Detection;

/// <summary>Made-up detections with the numbers of pycocotools and py-faster-rcnn; see golden/metrics/make_metrics.py.</summary>
internal sealed class MetricsGoldenCase
{
    public static IEnumerable<object[]> Names() =>
        Directory.GetFiles(Folder, "*.json").Select(file => new object[] { Path.GetFileNameWithoutExtension(file) });

    static string Folder => Path.Combine(AppContext.BaseDirectory, "golden", "metrics");

    readonly JsonElement _root;

    public MetricsGoldenCase(string name) =>
        _root = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json"))).RootElement;

    public int ClassCount => _root.GetProperty("classes").GetInt32();

    public IEnumerable<(AnnotatedObject[] Truth, DetectedObject[] Detected)> Images =>
        _root.GetProperty("images").EnumerateArray().Select(image => (
            image.GetProperty("truth").EnumerateArray().Select(Numbers).Select(n => new AnnotatedObject(BoxOf(n), (int)n[0])
            { IsDifficult = n[5] != 0, IsCrowd = n[6] != 0, Area = (float)n[7] }).ToArray(),
            image.GetProperty("detected").EnumerateArray().Select(Numbers).Select(n => new DetectedObject(BoxOf(n), (int)n[0], (float)n[5])).ToArray()));

    /// <summary>pycocotools' twelve numbers, -1 turned into NaN.</summary>
    public double[] Coco => Stats(_root.GetProperty("coco"));

    public double[][] CocoPerClass => [.. _root.GetProperty("coco_per_class").EnumerateArray().Select(Stats)];

    /// <summary>Eleven-point and area average precision of each class, NaN without objects.</summary>
    public double[][] PascalVoc(bool edgesAreInclusive) =>
        [.. _root.GetProperty(edgesAreInclusive ? "voc_inclusive" : "voc").EnumerateArray()
            .Select(c => c.ValueKind == JsonValueKind.Null ? [double.NaN, double.NaN] : Numbers(c))];

    static Box BoxOf(double[] n) => new((float)n[1], (float)n[2], (float)n[3], (float)n[4]);

    static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    static double[] Stats(JsonElement list) => [.. Numbers(list).Select(number => number == -1 ? double.NaN : number)];
}
