using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNetDeepExtensions.Tests.Sources;

/// <summary>A folder for the files of one test, and an MLContext that remembers its warnings.</summary>
internal sealed class TemporaryDataSet : IDisposable
{
    public TemporaryDataSet() => ML.Log += (_, e) =>
    {
        if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            Warnings.Add(e.RawMessage);
    };

    public MLContext ML { get; } = new(seed: 1);

    public List<string> Warnings { get; } = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("MLNetDeepExtensions").FullName;

    public string PathOf(string name) => Path.Combine(Root, name);

    public TemporaryDataSet Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return this;
    }

    public TemporaryDataSet WriteImage(string name, int width, int height)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        using var picture = new SKBitmap(width, height);
        using FileStream file = File.Create(PathOf(name));
        picture.Encode(file, name.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 90);
        return this;
    }

    /// <summary>An XML file in Pascal VOC's format.</summary>
    public TemporaryDataSet WriteVoc(string name, int width, int height, string? fileName, params string[] objects) => Write(name,
        $"<annotation>\n{(fileName is null ? "" : $"<filename>{fileName}</filename>\n")}"
        + $"<size><width>{width}</width><height>{height}</height><depth>3</depth></size>\n{string.Join('\n', objects)}\n</annotation>\n");

    public static string VocObject(string name, object xmin, object ymin, object xmax, object ymax, int difficult = 0) =>
        $"<object><name>{name}</name><difficult>{difficult}</difficult><bndbox><xmin>{xmin}</xmin><ymin>{ymin}</ymin><xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox></object>";

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>A row as the sources deliver it, read back.</summary>
internal sealed class SourceRow
{
    public string ImagePath { get; set; } = "";
    public string[] Label { get; set; } = [];
    public float[] BoundingBoxes { get; set; } = [];
    public bool[] Difficult { get; set; } = [];

    public static SourceRow[] Of(MLContext ml, IDataView view) => [.. ml.Data.CreateEnumerable<SourceRow>(view, reuseRowObject: false)];
}

/// <summary>A row of LoadFromCoco, read back.</summary>
internal sealed class CocoSourceRow
{
    public string ImagePath { get; set; } = "";
    public string[] Label { get; set; } = [];
    public float[] BoundingBoxes { get; set; } = [];
    public bool[] Crowd { get; set; } = [];
    public float[] Area { get; set; } = [];

    public static CocoSourceRow[] Of(MLContext ml, IDataView view) => [.. ml.Data.CreateEnumerable<CocoSourceRow>(view, reuseRowObject: false)];
}
