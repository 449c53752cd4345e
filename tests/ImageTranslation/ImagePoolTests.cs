using MLNetDeepExtensions.ImageTranslation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageTranslation;

[TestClass]
public sealed class ImagePoolTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void UntilItIsFullItKeepsAndReturnsEveryImage()
    {
        using var pool = new ImagePool(capacity: 5, seed: 1);
        CollectionAssert.AreEqual(Numbers(0, 5), Exchange(pool, 0, 5));
        CollectionAssert.AreEqual(Numbers(0, 5), Kept(pool));
    }

    [TestMethod]
    public void ThenItGivesAnEarlierImageForEveryOtherAndKeepsTheNewOneInItsPlace()
    {
        using var pool = new ImagePool(capacity: 50, seed: 1);
        Exchange(pool, 0, 50);
        int earlier = 0;
        for (int i = 50; i < 450; i++)
        {
            float[] before = Kept(pool);
            float given = Exchange(pool, i, 1)[0];
            if (given == i)
            {
                CollectionAssert.AreEqual(before, Kept(pool), "A fresh image that is given back is not kept.");
                continue;
            }
            earlier++;
            CollectionAssert.AreEqual(before.Select(value => value == given ? i : value).ToArray(), Kept(pool));
        }
        Assert.AreEqual(200, earlier, 40);
        Assert.AreEqual(450, pool.Seen);
    }

    [TestMethod]
    public void ImagesOfABatchAreExchangedOneByOne()
    {
        using var one = new ImagePool(capacity: 3, seed: 7);
        using var batch = new ImagePool(capacity: 3, seed: 7);
        float[] single = [.. Enumerable.Range(0, 24).SelectMany(i => Exchange(one, i, 1))];
        float[] batched = [.. Enumerable.Range(0, 6).SelectMany(i => Exchange(batch, 4 * i, 4))];
        CollectionAssert.AreEqual(single, batched);
    }

    [TestMethod]
    public void ARestoredPoolContinues()
    {
        using var first = new ImagePool(capacity: 3, seed: 7);
        Exchange(first, 0, 10);
        using var second = new ImagePool(capacity: 3, seed: 7);
        second.Restore(first.Seen, first.Images, CPU);
        CollectionAssert.AreEqual(Exchange(first, 10, 20), Exchange(second, 10, 20));
        CollectionAssert.AreEqual(Kept(first), Kept(second));
    }

    [TestMethod]
    public void WithoutRoomEveryImageIsGivenBack()
    {
        using var pool = new ImagePool(capacity: 0, seed: 1);
        CollectionAssert.AreEqual(Numbers(0, 9), Exchange(pool, 0, 9));
        Assert.IsEmpty(pool.Images);
    }

    [TestMethod]
    public void WhatItGivesHasNoGradient()
    {
        using var pool = new ImagePool(capacity: 2, seed: 1);
        Tensor fakes = rand([4, 3, 2, 2], requires_grad: true);
        Assert.IsFalse(pool.Exchange(fakes).requires_grad);
        Assert.IsTrue(pool.Images.All(image => !image.requires_grad));
    }

    private static float[] Numbers(int first, int count) => [.. Enumerable.Range(first, count).Select(number => (float)number)];

    private static float[] Exchange(ImagePool pool, int first, int count)
    {
        Tensor fakes = stack([.. Numbers(first, count).Select(number => full([3, 2, 2], number))]);
        return pool.Exchange(fakes).select(1, 0).select(1, 0).select(1, 0).Values();
    }

    private static float[] Kept(ImagePool pool) => [.. pool.Images.Select(image => image[0, 0, 0].item<float>())];
}
