using MLNetDeepExtensions.Images;
using TorchSharp;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class PixelNormalisationTests
{
    private static readonly RgbImage image = Pictures.Noise(13, 7);

    [TestMethod]
    public void WritingEqualsTensorArithmetic()
    {
        using var scope = torch.NewDisposeScope();
        var batch_N3HW = torch.full([3, 3, 7, 13], 9f);
        PixelNormalisation.ImageNet.Write(Planes(), batch_N3HW, 1);
        var bytes_3HW = torch.tensor(image.Pixels.ToArray(), [3, 7, 13]).to(torch.ScalarType.Float32);
        var expected_3HW = (bytes_3HW / 255f - Channels(.485f, .456f, .406f)) / Channels(.229f, .224f, .225f);
        Assert.IsLessThan(2e-6f, (batch_N3HW[1] - expected_3HW).abs().max().item<float>());
        Assert.IsTrue((batch_N3HW[0] == 9f).all().item<bool>() && (batch_N3HW[2] == 9f).all().item<bool>());
    }

    [TestMethod]
    public void CaffeMeanIsBytesMinusTheMean()
    {
        using var batch_N3HW = torch.zeros(1, 3, 1, 1);
        PixelNormalisation.CaffeMean.Write(RgbImage.Filled(1, 1, 200, 117, 0).Resample(new(0, 0, 1, 1), 1, 1), batch_N3HW, 0);
        Assert.IsLessThan(1e-4f, Pictures.Difference([77, 0, -104], batch_N3HW.data<float>().ToArray()));
    }

    [TestMethod]
    public void ReadingUndoesWriting()
    {
        foreach (var normalisation in new[] { PixelNormalisation.None, PixelNormalisation.Symmetric, PixelNormalisation.ImageNet, PixelNormalisation.CaffeMean })
        {
            using var batch_N3HW = torch.zeros(2, 3, 7, 13);
            normalisation.Write(Planes(), batch_N3HW, 1);
            CollectionAssert.AreEqual(image.Pixels.ToArray(), normalisation.Read(batch_N3HW, 1).Pixels.ToArray());
        }
    }

    [TestMethod]
    public void ReadingRoundsHalfUpAndLimits()
    {
        float[] values = [-3, 0, 0.4999f / 255, 0.5f / 255, 1.4999f / 255, 254.5f / 255, 1, 7, float.NaN];
        using var images_N3HW = torch.tensor(values).repeat(3).reshape(1, 3, 1, 9);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 1, 1, 255, 255, 255, 0 }, PixelNormalisation.None.Read(images_N3HW, 0).Plane(2).ToArray());
    }

    [TestMethod]
    public void ReadingTakesAnyStrideAndFloatingType()
    {
        using var scope = torch.NewDisposeScope();
        var batch_N3HW = torch.zeros(2, 3, 7, 13);
        PixelNormalisation.None.Write(Planes(), batch_N3HW, 0);
        var turned_N3HW = batch_N3HW.transpose(2, 3).contiguous().transpose(2, 3).to(torch.ScalarType.Float64);
        CollectionAssert.AreEqual(image.Pixels.ToArray(), PixelNormalisation.None.Read(turned_N3HW, 0).Pixels.ToArray());
    }

    [TestMethod]
    public void ReadingLeavesNoTensorBehind()
    {
        using var images_N3HW = torch.zeros(2, 3, 7, 13);
        long before = torch.Tensor.TotalCount;
        PixelNormalisation.None.Read(images_N3HW, 1);
        PixelNormalisation.None.Write(Planes(), images_N3HW, 1);
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void BatchesThatDoNotFitAreRefused()
    {
        using var scope = torch.NewDisposeScope();
        var good = torch.zeros(2, 3, 7, 13);
        foreach (var (batch, index) in new[] { (good, 2), (good, -1), (torch.zeros(2, 3, 13, 7), 0), (good.to(torch.ScalarType.Float64), 0), (good[0], 0), (torch.zeros(2, 3, 13, 7).transpose(2, 3), 0) })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => PixelNormalisation.None.Write(Planes(), batch, index));
            Assert.Contains("[N, 3, 7, 13]", error.Message);
        }
        Assert.ThrowsExactly<ArgumentException>(() => PixelNormalisation.None.Read(good[0], 0));
    }

    private static PixelPlanes Planes() => image.Resample(ImageWindow.Whole(image), image.Width, image.Height);

    private static torch.Tensor Channels(params float[] values) => torch.tensor(values).reshape(3, 1, 1);
}
