using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

/// <summary>A network of another make gives the features by which images are compared: the mean of each quarter of each channel, times 10.</summary>
[TestClass]
public sealed class OnnxFeaturesTests
{
    private const int Half = Halves.Side / 2;

    private readonly MLContext ml = new(seed: 1);

    private sealed class Pooled
    {
        [VectorType(12)]
        [ColumnName("features")]
        public float[] Features { get; set; } = [];
    }

    [TestMethod]
    public void AnOnnxNetworkJudgesImages()
    {
        IDataView Generated() => Halves.View(ml, 30);
        IDataView Real() => Halves.View(ml, 30, seed: 2);
        string file = Path.Combine(AppContext.BaseDirectory, "golden", "onnx", "pooled-features.onnx");
        ITransformer judge = ml.Transforms.ResizeImages("small", Halves.Side, Halves.Side, "Image")
            .Append(ml.Transforms.ExtractPixels("image", "small"))
            .Append(ml.Transforms.ApplyOnnxModel("features", "image", file)).Fit(Real());

        // ML.NET's own transformers of images dispose what they have read: each pass has pictures of its own.
        ImageGenerationMetrics byOnnx = ml.ImageGeneration.Evaluate(judge.Transform(Generated()), judge.Transform(Real()), "features");
        ImageGenerationMetrics byHand = ml.ImageGeneration.Evaluate(ByHand(Generated()), ByHand(Real()), "features");

        Assert.AreEqual((30, 30, 12), (byOnnx.GeneratedCount, byOnnx.RealCount, byOnnx.FeatureCount));
        Assert.IsGreaterThan(1, byHand.FrechetDistance);
        Assert.AreEqual(byHand.FrechetDistance, byOnnx.FrechetDistance, 1e-3 * byHand.FrechetDistance);
        Assert.AreEqual(byHand.KernelDistance.Mean, byOnnx.KernelDistance.Mean, 1e-3 * Math.Abs(byHand.KernelDistance.Mean) + 1e-6);
    }

    private IDataView ByHand(IDataView images) =>
        ml.Data.LoadFromEnumerable(images.GetColumn<MLImage>("Image").Select(image => new Pooled { Features = Means(image.ToRgbImage()) }).ToArray());

    private static float[] Means(RgbImage image) =>
    [
        .. from channel in Enumerable.Range(0, 3) from row in new[] { 0, Half } from column in new[] { 0, Half }
           select 10 * Enumerable.Range(row, Half).Average(y => image.Row(channel, y).Slice(column, Half).ToArray().Average(value => (float)value)),
    ];
}
