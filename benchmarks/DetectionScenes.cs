using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Examples;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>Made-up pictures of shapes for detectors, as samples, as rows and as files, and detectors that look as if they were trained.</summary>
internal static class DetectionScenes
{
    public const int Classes = 3;

    internal sealed class Row
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        [KeyType(Classes)]
        public uint[] Label { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];
    }

    internal sealed class Detections
    {
        public float[] PredictedBoundingBoxes { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    internal sealed record ImageFile(string ImagePath);

    public static List<DetectionSample> Samples(int count, int width = 500, int height = 375) => [.. Enumerable.Range(0, count).Select(i =>
    {
        ShapeScene scene = ShapeScene.Create(seed: 1, i, Options(width, height));
        using var picture = scene.Draw();
        byte[] jpeg = picture.Encode(SkiaSharp.SKEncodedImageFormat.Jpeg, 90).ToArray();
        return new DetectionSample(new ImageDecoder().Decode(jpeg, $"scene {i}"),
            [.. scene.Objects.Select(o => new LabelledBox(new Box(o.Box.Left, o.Box.Top, o.Box.Right, o.Box.Bottom), (int)o.Shape))]);
    })];

    public static Row ToRow(DetectionSample sample) => new()
    {
        Image = sample.Image.ToMLImage(),
        Label = [.. sample.Objects.Select(o => (uint)o.Class + 1)],
        BoundingBoxes = [.. sample.Objects.SelectMany(o => new[] { o.Box.X0, o.Box.Y0, o.Box.X1, o.Box.Y1 })],
    };

    /// <summary>Writes JPEG files, by default of 500 x 375 pixels, the usual size of Pascal VOC.</summary>
    public static List<ImageFile> Files(string folder, int count, int width = 500, int height = 375)
    {
        ShapeScenes.WritePascalVoc(folder, count, options: Options(width, height));
        return [.. Directory.EnumerateFiles(Path.Combine(folder, "JPEGImages")).Order().Select(path => new ImageFile(path))];
    }

    /// <summary>A network of random weights whose boxes are mostly background, as those of a trained one.</summary>
    public static SSDNetwork Network(SSDNetworkOptions options)
    {
        random.manual_seed(1);
        var network = new SSDNetwork(options with { Classes = Classes });
        using IDisposable constant = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
            if (name.StartsWith("head.classification_head") && name.EndsWith("bias"))
                parameter.view(-1, Classes + 1).select(1, 0).fill_(8);
        return network;
    }

    public static SSDDetectionTransformer Detector(MLContext ml, SSDNetworkOptions options, DetectionOptions? inference = null) =>
        new(ml, Network(options), inference ?? new(), new DetectionColumns(), ClassLabels.Named("circle", "square", "triangle"), CPU);

    private static ShapeSceneOptions Options(int width, int height) => new()
    {
        MinWidth = width, MaxWidth = width, MinHeight = height, MaxHeight = height, ShapeCount = Classes, MaxObjectSize = height / 2,
    };
}
