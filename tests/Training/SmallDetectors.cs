using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Detection;

namespace MLNetDeepExtensions.Tests.Training;

/// <summary>Detectors that are trained in a second, and rows that can be anything.</summary>
internal static class SmallDetectors
{
    internal sealed class Row
    {
        [AnySizeImage]
        public MLImage? Image { get; set; }

        [KeyType(3)]
        public uint[] Label { get; set; } = [];

        public float[] BoundingBoxes { get; set; } = [];

        public float[] Proposals { get; set; } = [2, 2, 30, 30, 20, 20, 60, 60];
    }

    public static SSDDetectionTrainer.Options Options(int epochs = 1) => SSDTrainerTests.Small(epochs) with
    {
        BatchSize = 4, Network = new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 64 },
    };

    public static Row GoodRow(int number)
    {
        DetectionScenes.Scene scene = DetectionScenes.Generate(number + 1, seed: 4, 64, 64)[number];
        return new Row
        {
            Image = scene.Image, Label = [.. scene.Label.Select(label => label == "red" ? 1u : label == "green" ? 2u : 3u)], BoundingBoxes = scene.BoundingBoxes,
        };
    }

    public static Row[] GoodRows(int count) => [.. Enumerable.Range(0, count).Select(number => GoodRow(number))];

    public static SSDDetectionTransformer Fit(MLContext ml, SSDDetectionTrainer.Options options, params IReadOnlyList<Row> rows) =>
        ml.ObjectDetection.Trainers.SSD(options).Fit(ml.Data.LoadFromEnumerable(rows.Count > 0 ? rows : GoodRows(8)));
}
