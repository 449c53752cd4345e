using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class RegionPoolingTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    [DataRow("align")]
    [DataRow("alignHalfPixel")]
    [DataRow("alignAdaptive")]
    [DataRow("pool")]
    public void ResultsAndGradientsEqualTorchvision(string pooling)
    {
        var features = Formula.Uniform("features", 2, 3, 9, 11).requires_grad_();
        var boxes = Regions();
        var image = arange(boxes.shape[0], ScalarType.Int64).remainder(2);
        var pooled = Pool(pooling, features, boxes, image, 3, 1 / 8.0);
        pooled.backward([Formula.Uniform("upstream", pooled.shape)]);
        var golden = TensorGolden.Read("fasterrcnn/regions.json").GetProperty(pooling);
        TensorGolden.AreClose(golden.GetProperty("pooled").Floats(), pooled.Values(), 1e-5);
        TensorGolden.AreClose(golden.GetProperty("gradient").Floats(), features.grad!.Values(), 1e-5);
        using var inference = no_grad();
        TensorGolden.AreClose(pooled.Values(), Pool(pooling, features.detach(), boxes, image, 3, 1 / 8.0).Values(), 0);
    }

    [TestMethod]
    public void OfEqualCellsTheFirstGetsTheGradient()
    {
        var features = zeros(1, 1, 6, 6).requires_grad_();
        var pooled = RoiPool.Of(features, tensor(new float[,] { { 1, 1, 4, 4 } }), zeros(1, dtype: ScalarType.Int64), 1, 1);
        pooled.sum().backward();
        CollectionAssert.AreEqual(new long[] { 1, 1 }, features.grad![0, 0].nonzero().flatten().data<long>().ToArray());
    }

    [TestMethod]
    public void SmallAndNegativeValuesKeepTheirOrder()
    {
        float[] values = [float.MinValue, -1, -float.Epsilon, 0, float.Epsilon, 1e-40f, 1e-38f, 0.99999994f, 1, float.MaxValue];
        for (int i = 0; i + 1 < values.Length; i++)
        {
            var features = tensor(new[] { values[i + 1], values[i] }).view(1, 1, 1, 2).requires_grad_();
            var pooled = RoiPool.Of(features, tensor(new float[,] { { 0, 0, 1, 0 } }), zeros(1, dtype: ScalarType.Int64), 1, 1);
            Assert.AreEqual(values[i + 1], pooled.item<float>());
        }
    }

    [TestMethod]
    [DataRow("align", new float[] { 5, 5, 22, 22 }, new[] { 20.8125f, 22.9375f, 37.8125f, 39.9375f })]
    [DataRow("alignHalfPixel", new float[] { 5, 5, 22, 22 }, new[] { 16.3125f, 18.4375f, 33.3125f, 35.4375f })]
    [DataRow("pool", new float[] { 5, 5, 22, 22 }, new float[] { 27, 30, 51, 54 })]
    [DataRow("align", new float[] { 4, 4, 20, 20 }, new float[] { 18, 20, 34, 36 })]
    [DataRow("alignHalfPixel", new float[] { 4, 4, 20, 20 }, new[] { 13.5f, 15.5f, 29.5f, 31.5f })]
    [DataRow("pool", new float[] { 4, 4, 20, 20 }, new float[] { 27, 29, 43, 45 })]
    public void ResultsEqualTheWorkedExample(string pooling, float[] box, float[] expected)
    {
        var features = arange(64, ScalarType.Float32).view(1, 1, 8, 8);
        var pooled = Pool(pooling, features, tensor(box).view(1, 4), zeros(1, dtype: ScalarType.Int64), 2, 1 / 4.0);
        TensorGolden.AreClose(expected, pooled.Values(), 1e-4);
    }

    [TestMethod]
    public void RegionsOfManyMapsEqualThoseOfEachMap()
    {
        Tensor[] maps = [Formula.Uniform("fine", 2, 3, 18, 22), Formula.Uniform("coarse", 2, 3, 9, 11)];
        double[] scales = [1 / 4.0, 1 / 8.0];
        var boxes = Regions();
        var (image, level) = (arange(boxes.shape[0], ScalarType.Int64).remainder(2), arange(boxes.shape[0], ScalarType.Int64).floor_divide(2).remainder(2));
        var together = RoiAlign.Of(maps, scales, boxes, image, level, 3);
        for (int k = 0; k < boxes.shape[0]; k++)
        {
            int map = (int)level[k].item<long>();
            var alone = RoiAlign.Of([maps[map]], [scales[map]], boxes[k..(k + 1)], image[k..(k + 1)], zeros(1, dtype: ScalarType.Int64), 3);
            TensorGolden.AreClose(alone.Values(), together[k].Values(), 1e-6);
        }
    }

    [TestMethod]
    [DataRow("align")]
    [DataRow("pool")]
    public void NoRegionsGiveNoGridsAndNoGradient(string pooling)
    {
        var features = Formula.Uniform("features", 1, 3, 9, 11).requires_grad_();
        var pooled = Pool(pooling, features, zeros(0, 4), zeros(0, dtype: ScalarType.Int64), 3, 1 / 8.0);
        CollectionAssert.AreEqual(new long[] { 0, 3, 3, 3 }, pooled.shape);
        pooled.sum().backward();
        Assert.AreEqual(0f, features.grad!.abs().sum().item<float>());
    }

    [TestMethod]
    [DataRow("align")]
    [DataRow("pool")]
    public void NothingIsLeftAfterAPass(string pooling)
    {
        var features = Formula.Uniform("features", 2, 3, 9, 11).requires_grad_();
        var (boxes, image) = (Regions(), zeros(16, dtype: ScalarType.Int64));
        Pass();
        long before = Tensor.TotalCount;
        Pass();
        Assert.AreEqual(before, Tensor.TotalCount);

        void Pass()
        {
            using var pooled = pooling == "pool"
                ? RoiPool.Of(features, boxes, image, 3, 1 / 8.0)
                : RoiAlign.Of([features], [1 / 8.0], boxes, image, image, 3);
            using var sum = pooled.sum();
            sum.backward();
        }
    }

    [TestMethod]
    public void LevelsEqualThePyramidPapers()
    {
        float[] sides = [1, 56, 111, 112, 223, 224, 447, 448, 2000];
        var boxes = stack([.. sides.Select(side => tensor(new[] { 0, 0, side, side }))]);
        CollectionAssert.AreEqual(new long[] { 0, 0, 0, 1, 1, 2, 2, 3, 3 }, RegionPooling.Levels(boxes, 4).data<long>().ToArray());
    }

    private static Tensor Pool(string pooling, Tensor features, Tensor boxes, Tensor image, int size, double scale) => pooling == "pool"
        ? RoiPool.Of(features, boxes, image, size, scale)
        : RoiAlign.Of([features], [scale], boxes, image, zeros_like(image), size, pooling == "alignAdaptive" ? 0 : 2, pooling == "alignHalfPixel");

    /// <summary>As in the golden file: some large, some small, some across the border, some degenerate.</summary>
    private static Tensor Regions()
    {
        var (centre, half) = (Formula.Affine("regions.centre", [12, 2], 40, 40), Formula.Affine("regions.half", [12, 2], 14, 16));
        var odd = tensor(new float[,] { { 10, 10, 10, 10 }, { 70, 60, 66, 57 }, { 0, 0, 88, 72 }, { 88, 72, 88, 72 } });
        return cat([cat([centre - half, centre + half], 1), odd], 0);
    }
}
