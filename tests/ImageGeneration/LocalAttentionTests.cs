using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

[TestClass]
public sealed class LocalAttentionTests
{
    private static readonly (LocalAttention Attention, int Rows, int Columns)[] Layouts =
    [
        (new LocalAttention.OneDimensional { QueryLength = 16, MemoryLength = 16 }, 8, 8),
        (new LocalAttention.OneDimensional { QueryLength = 12, MemoryLength = 30 }, 8, 8),
        (new LocalAttention.OneDimensional { QueryLength = 64, MemoryLength = 0 }, 8, 8),
        (new LocalAttention.OneDimensional { QueryLength = 100, MemoryLength = 100 }, 8, 8),
        (new LocalAttention.TwoDimensional { QueryHeight = 4, QueryWidth = 4, MemoryHeight = 4, MemoryWidth = 4 }, 8, 8),
        (new LocalAttention.TwoDimensional { QueryHeight = 3, QueryWidth = 5, MemoryHeight = 2, MemoryWidth = 1 }, 8, 8),
        (new LocalAttention.TwoDimensional { QueryHeight = 2, QueryWidth = 3, MemoryHeight = 0, MemoryWidth = 9 }, 4, 16),
    ];

    public static IEnumerable<object[]> LayoutNumbers => Enumerable.Range(0, Layouts.Length).Select(number => new object[] { number });

    private static AttentionBlocks Blocks(int number) => Layouts[number].Attention.Blocks(Layouts[number].Rows, Layouts[number].Columns);

    /// <summary>The published code's counts for blocks of 256 in images of 32x32x3.</summary>
    [TestMethod]
    public void OneDimensionalBlocksSeeThemselvesAndTheBlockBefore()
    {
        AttentionBlocks blocks = new LocalAttention.OneDimensional().Blocks(32, 96);
        int Seen(int position) => Enumerable.Range(0, 3072).Count(other => blocks.Sees(position, other));
        foreach (var (position, seen) in new[] { (0, 1), (255, 256), (256, 257), (511, 512), (512, 257), (3071, 512) })
            Assert.AreEqual(seen, Seen(position), $"position {position}");
        long all = blocks.Blocks.Sum(block => (long)block.Length * block.Outside.Length + block.Length * (block.Length + 1L) / 2);
        Assert.AreEqual(1_115_648, all);
    }

    [TestMethod]
    public void TwoDimensionalBlocksSeeAStripAboveAndOneOnTheirLeft()
    {
        AttentionBlocks blocks = new LocalAttention.TwoDimensional { QueryHeight = 4, QueryWidth = 4, MemoryHeight = 2, MemoryWidth = 3 }.Blocks(12, 12);
        int position = Array.IndexOf(blocks.Order, 5 * 12 + 6);
        var seen = Enumerable.Range(0, 144).Where(other => blocks.Sees(position, other)).Select(other => blocks.Order[other]).ToHashSet();
        var expected =
            from row in Enumerable.Range(0, 12)
            from column in Enumerable.Range(0, 12)
            where (row is 2 or 3 && column is >= 1 and <= 10) || (row is >= 4 and <= 7 && column is >= 1 and <= 3)
                || (row == 4 && column is >= 4 and <= 7) || (row == 5 && column is >= 4 and <= 6)
            select row * 12 + column;
        Assert.IsTrue(seen.SetEquals(expected));
    }

    [TestMethod]
    [DynamicData(nameof(LayoutNumbers))]
    public void EveryPlaceIsGeneratedOnceAndSeesOnlyThePastAndItself(int number)
    {
        AttentionBlocks blocks = Blocks(number);
        CollectionAssert.AreEqual(Enumerable.Range(0, blocks.Order.Length).ToArray(), blocks.Order.Order().ToArray());
        for (int position = 0; position < blocks.Order.Length; position++)
        {
            Assert.IsTrue(blocks.Sees(position, position));
            Assert.IsFalse(Enumerable.Range(position + 1, blocks.Order.Length - position - 1).Any(later => blocks.Sees(position, later)));
        }
    }

    [TestMethod]
    [DynamicData(nameof(LayoutNumbers))]
    public void BlocksGiveWhatMaskedFullAttentionGives(int number)
    {
        using var scope = NewDisposeScope();
        AttentionBlocks blocks = Blocks(number);
        int count = blocks.Order.Length;
        using var attention = new BlockAttention(blocks);
        Tensor[] qkv = [.. "qkv".Select(name => Formula.Uniform($"{name}", 2, 3, count, 4))];
        bool[] sees = [.. from i in Enumerable.Range(0, count) from j in Enumerable.Range(0, count) select blocks.Sees(i, j)];
        Tensor scores = qkv[0].matmul(qkv[1].transpose(2, 3)) / 2;
        Tensor expected = scores.masked_fill(tensor(sees).view(count, count).logical_not(), float.NegativeInfinity).softmax(-1).matmul(qkv[2]);
        TensorGolden.AreClose(expected.Values(), attention.Attend(qkv[0], new KeysAndValues(qkv[1], qkv[2])).Values(), 1e-5);
    }
}
