using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Tests.Text;

[TestClass]
public sealed class VocabularyTests
{
    private static readonly string[] Running = ["b", "a", "c", "b", "a", "b", "d"];

    [TestMethod]
    public void FrequentWordsComeFirstAndEquallyFrequentOnesByTheirCharacters()
    {
        var vocabulary = Vocabulary.Learn(Running);
        CollectionAssert.AreEqual(new[] { "b", "a", "c", "d" }, vocabulary.Words.ToArray());
        Assert.AreEqual(8, vocabulary.Count);
        Assert.AreEqual((4, 5, 3), (vocabulary["b"], vocabulary["a"], vocabulary["z"]));
        CollectionAssert.AreEqual(new[] { "<pad>", "<s>", "</s>", "<unk>", "b" }, Enumerable.Range(0, 5).Select(i => vocabulary[i]).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => vocabulary[8]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => vocabulary[-1]);
    }

    [TestMethod]
    public void RareWordsAndThoseBeyondTheLimitAreLeftOut()
    {
        CollectionAssert.AreEqual(new[] { "b", "a" }, Vocabulary.Learn(Running, minimumCount: 2).Words.ToArray());
        CollectionAssert.AreEqual(new[] { "b" }, Vocabulary.Learn(Running, maximumSize: 1).Words.ToArray());
        Assert.IsEmpty(Vocabulary.Learn([]).Words);
    }

    [TestMethod]
    public void FaultyWordsAreNamed()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new Vocabulary(["a", "b", "a"])).Message, "Word 2: expected every word once, got 'a' again.");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new Vocabulary(["a b"])).Message, "Word 0");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new Vocabulary([""])).Message, "Word 0");
    }
}
