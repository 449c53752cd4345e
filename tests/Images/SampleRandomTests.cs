using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class SampleRandomTests
{
    // Computed apart from this library, by the formula of the type's remarks. A change here changes every training run.
    [TestMethod]
    public void TheNumbersNeverChange()
    {
        var random = new SampleRandom(1, 2, 3);
        CollectionAssert.AreEqual(new ulong[] { 6555911209906109020, 17132267404512841579, 2750277294602060628 }, new[] { random.NextBits(), random.NextBits(), random.NextBits() });
        Assert.AreEqual(13525033599133479650UL, new SampleRandom(-1, 0, long.MaxValue).NextBits());
    }

    [TestMethod]
    public void SeedEpochAndRowEachMakeAnotherSequence()
    {
        var firsts = from seed in Enumerable.Range(0, 20) from epoch in Enumerable.Range(0, 20) from row in Enumerable.Range(0, 20)
                     select new SampleRandom(seed, epoch, row).NextBits();
        Assert.HasCount(8000, firsts.Distinct());
    }

    [TestMethod]
    public void NumbersOfNeighbouringRowsAreIndependent()
    {
        double[] a = [.. Enumerable.Range(0, 10000).Select(row => new SampleRandom(5, 0, row).NextDouble())];
        double mean = a.Average(), variance = a.Average(x => (x - mean) * (x - mean));
        double correlation = a.Zip(a.Skip(1), (x, y) => (x - mean) * (y - mean)).Average() / variance;
        Assert.AreEqual(0.5, mean, 0.01);
        Assert.AreEqual(1 / 12.0, variance, 0.003);
        Assert.AreEqual(0, correlation, 0.03);
    }

    [TestMethod]
    public void BelowReachesEveryNumberEqually()
    {
        var random = new SampleRandom(1, 1, 1);
        int[] counts = new int[7];
        for (int i = 0; i < 70000; i++) counts[random.Below(7)]++;
        foreach (int count in counts) Assert.AreEqual(10000, count, 400);
        Assert.AreEqual(0, random.Below(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => random.Below(0));
    }

    [TestMethod]
    public void ShufflingReachesEveryOrderEqually()
    {
        var counts = new Dictionary<string, int>();
        for (int row = 0; row < 24000; row++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            new SampleRandom(1, 0, row).Shuffle<char>(items);
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }
        Assert.HasCount(24, counts);
        foreach (int count in counts.Values) Assert.AreEqual(1000, count, 150);
    }

    [TestMethod]
    public void ChancesAreMet()
    {
        var random = new SampleRandom(2, 0, 0);
        Assert.AreEqual(3000, Enumerable.Range(0, 10000).Count(_ => random.Chance(0.3)), 200);
        Assert.IsFalse(Enumerable.Range(0, 1000).Any(_ => random.Chance(0)));
        Assert.IsTrue(Enumerable.Range(0, 1000).All(_ => random.Chance(1)));
    }
}
