using System.Text.Json;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Tests.Text;

[TestClass]
public sealed class SavedTokeniserTests
{
    private static readonly string[] Texts = ["The cat isn't on the mat.", "The dog runs to the cat."];

    public static IEnumerable<object[]> Kinds => [[TokeniserKind.BytePairs], [TokeniserKind.Words], [TokeniserKind.SentencePiece]];

    private static ITextTokeniser Make(TokeniserKind kind) => kind == TokeniserKind.SentencePiece
        ? SentencePieceTokeniser.Load(new MemoryStream(SentencePieceFile.Unigrams(["\u2581the", "\u2581cat", "\u2581", "t", "h", "e", "c", "a"])))
        : new TokenisationOptions { Kind = kind, Merges = 20, MinimumCount = 1, LowerCase = kind == TokeniserKind.Words }.Learn(Texts);

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void AnOptionsFileGivesTheSameTokeniserAgain(TokeniserKind kind)
    {
        ITextTokeniser tokeniser = Make(kind);
        string json = JsonSerializer.Serialize(tokeniser.Save(), ModelZipFormat.Json);
        ITextTokeniser again = JsonSerializer.Deserialize<SavedTokeniser>(json, ModelZipFormat.Json)!.Create();
        Assert.AreEqual(tokeniser.Count, again.Count);
        Assert.AreEqual(tokeniser.Special, again.Special);
        foreach (string text in Texts)
        {
            CollectionAssert.AreEqual(tokeniser.Encode(text), again.Encode(text));
            Assert.AreEqual(tokeniser.Decode(tokeniser.Encode(text)), again.Decode(again.Encode(text)));
        }
    }

    [TestMethod]
    public void SentencePieceKeepsItsNumbers()
    {
        ITextTokeniser tokeniser = Make(TokeniserKind.SentencePiece);
        Assert.AreEqual(new SpecialTokens(Pad: 11, Start: 1, End: 2, Unknown: 0), tokeniser.Special);
        Assert.AreEqual(12, tokeniser.Count);
        CollectionAssert.AreEqual(new[] { 3, 4 }, tokeniser.Encode("the cat"));
        Assert.AreEqual("the cat", tokeniser.Decode([1, 3, 4, 2, 11]));
        Assert.AreEqual(" cat", tokeniser.Show(4));
        Assert.Contains(0, tokeniser.Encode("the dog"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tokeniser.Decode([12]));
    }

    [TestMethod]
    public void DamagedTokenisersAreRefused()
    {
        SavedTokeniser[] damaged =
        [
            new() { Kind = TokeniserKind.Words }, new() { Kind = TokeniserKind.Words, Tokens = ["a", "a"] }, new() { Kind = TokeniserKind.BytePairs },
            new() { Kind = TokeniserKind.BytePairs, Merges = ["a b c"] }, new() { Kind = TokeniserKind.BytePairs, Merges = ["ab c"] },
            new() { Kind = TokeniserKind.SentencePiece }, new() { Kind = TokeniserKind.SentencePiece, Model = [1, 2, 3] }, new() { Kind = (TokeniserKind)9 },
        ];
        foreach (SavedTokeniser saved in damaged)
            Assert.ThrowsExactly<InvalidDataException>(() => saved.Create(), saved.ToString());
    }

    [TestMethod]
    public void FaultyOptionsAreNamed()
    {
        var options = new TokenisationOptions
        {
            Kind = (TokeniserKind)7, Merges = -1, MinimumCount = 0, MaximumWords = 0, Language = " ", VocabularyFile = "vocab.json", ModelFile = "x.model",
        };
        string[] faults = [.. options.Faults()];
        foreach (string name in new[] { "Kind", "Merges", "MinimumCount", "MaximumWords", "Language", "VocabularyFile", "ModelFile" })
            Assert.IsTrue(faults.Any(fault => fault.StartsWith(name, StringComparison.Ordinal)), name);
        Assert.IsEmpty(new TokenisationOptions().Faults());
        Assert.ThrowsExactly<ArgumentException>(() => options.Learn([]));
    }

    [TestMethod]
    public void LongSentencesAreCutAndCounted()
    {
        var encoder = new SentenceEncoder(WordTokeniser.Learn(["a b c d"]), maximumLength: 4);
        Assert.IsNull(encoder.Report("source"));
        CollectionAssert.AreEqual(new[] { 4, 5, 6, 2 }, encoder.Encode("a b c"));
        Assert.IsNull(encoder.Report("source"));
        CollectionAssert.AreEqual(new[] { 4, 3, 5, 2 }, encoder.Encode("a x b y c d"));
        CollectionAssert.AreEqual(new[] { 2 }, encoder.Encode(""));
        Assert.AreEqual((3L, 1L, 6L, 1L), (encoder.Sentences, encoder.Truncated, encoder.Tokens, encoder.Unknown));
        Assert.AreEqual("Of 3 source sentences, 1 were cut to 4 tokens; of 6 tokens, 1 (16.67 %) are unknown.", encoder.Report("source"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEncoder(encoder.Tokeniser, 0));
    }
}
