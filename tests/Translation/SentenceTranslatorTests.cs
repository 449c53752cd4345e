using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

[TestClass]
public sealed class SentenceTranslatorTests
{
    private static readonly WordTokeniser Source = new(new Vocabulary(["the", "sees"])), Target = new(new Vocabulary(["der", "sieht"]));

    private static readonly int Unknown = Target.Special.Unknown, End = Target.Special.End, Der = Target.Vocabulary["der"], Sieht = Target.Vocabulary["sieht"];

    private static SentenceTranslator New(UnknownWords unknown, int maximumSourceLength = 512) =>
        new(new TokeniserPair(Source, Target), new TranslationOptions { UnknownWords = unknown, MaximumSourceLength = maximumSourceLength, BatchSize = 2 });

    private static ScriptedNetwork Network(int[]? lookedAt) => new(Target.Count, [Der, Unknown, Sieht, Unknown, End], lookedAt);

    [TestMethod]
    [DataRow(UnknownWords.Keep, "der <unk> sieht <unk>")]
    [DataRow(UnknownWords.Replace, "der Rex sieht Waldi")]
    public void AnUnknownWordIsShownOrReplacedByTheSourceWordThatWasLookedAt(UnknownWords unknown, string expected)
    {
        SentenceTranslation translation = New(unknown).Translate(Network([0, 1, 2, 3, 4]), CPU, ["the Rex sees Waldi"])[0];
        Assert.AreEqual(expected, translation.Best!.Text);
    }

    [TestMethod]
    public void AnUnknownWordCanBeForbidden() =>
        Assert.DoesNotContain(Unknown, New(UnknownWords.Avoid).Translate(Network([0, 1, 2, 3, 4]), CPU, ["the Rex sees Waldi"])[0].Best!.Hypothesis.Tokens);

    [TestMethod]
    public void TheEndIsNeverPutForAnUnknownWord() => Assert.AreEqual("der the sieht Rex",
        New(UnknownWords.Replace).Translate(Network([0, 4, 2, 1, 4]), CPU, ["the Rex sees Waldi"])[0].Best!.Text);

    [TestMethod]
    public void WithoutAttentionNothingIsReplacedOrAligned()
    {
        SentenceTranslator translator = New(UnknownWords.Replace);
        ScriptedNetwork network = Network(lookedAt: null);
        SentenceTranslation translation = translator.Translate(network, CPU, ["the Rex sees Waldi"])[0];
        Assert.AreEqual("der <unk> sieht <unk>", translation.Best!.Text);
        Assert.IsEmpty(translator.Align(network, CPU, translation));
    }

    [TestMethod]
    public void TokensStandForRowsAndColumnsOfTheAlignment()
    {
        SentenceTranslator translator = New(UnknownWords.Keep);
        ScriptedNetwork network = Network([0, 1, 2, 3, 4]);
        SentenceTranslation translation = translator.Translate(network, CPU, ["the Rex sees Waldi"])[0];
        Assert.AreEqual(0, network.Alignments, "It is computed when it is asked for.");
        CollectionAssert.AreEqual(new[] { "the", "Rex", "sees", "Waldi", "</s>" }, translator.SourceTokens(translation));
        CollectionAssert.AreEqual(new[] { "der", "<unk>", "sieht", "<unk>", "</s>" }, translator.TranslationTokens(translation));
        CollectionAssert.AreEqual(eye(5).Values(), translator.Align(network, CPU, translation));
    }

    [TestMethod]
    public void SentencesComeBackInTheirOrderAndEmptyOnesAreNotTranslated()
    {
        ScriptedNetwork network = Network([0, 1, 2, 3, 4]);
        string[] sentences = ["the the the the", "", "sees", " \t", "the sees", "the the the"];
        IReadOnlyList<SentenceTranslation> translations = New(UnknownWords.Keep).Translate(network, CPU, sentences);
        CollectionAssert.AreEqual(sentences, translations.Select(translation => translation.Source).ToArray());
        CollectionAssert.AreEqual(new[] { 5, 0, 2, 0, 3, 4 }, translations.Select(translation => translation.SourceTokens.Count).ToArray());
        CollectionAssert.AreEqual(new[] { true, false, true, false, true, true }, translations.Select(translation => translation.Best is not null).ToArray());
        CollectionAssert.AreEqual(new[] { "2, 3", "4, 5" }, network.Batches.Select(lengths => string.Join(", ", lengths)).ToArray());
    }

    [TestMethod]
    public void ALongSentenceIsCutAndCounted()
    {
        SentenceTranslator translator = New(UnknownWords.Keep, maximumSourceLength: 8);
        SentenceTranslation translation = translator.Translate(Network([0, 1, 2, 3, 4]), CPU, [string.Join(' ', Enumerable.Repeat("the", 10_000)), "sees"])[0];
        Assert.AreEqual(8, translation.SourceTokens.Count);
        Assert.AreEqual(End, translation.SourceTokens[^1]);
        Assert.AreEqual(1, translator.Truncated);
        Assert.HasCount(8, translator.SourceTokens(translation));
    }

    [TestMethod]
    public void FaultsOfOptionsAreListed() => CollectionAssert.AreEqual(
        new[]
        {
            "Search.BeamSize: expected at least 1, got 0.", "Search.BestCount: expected 1 to BeamSize (0), got 1.",
            "UnknownWords: expected a member of UnknownWords, got 7.", "MaximumSourceLength: expected at least 2, got 1.", "BatchSize: expected at least 1, got 0.",
        },
        new TranslationOptions { Search = new() { BeamSize = 0 }, UnknownWords = (UnknownWords)7, MaximumSourceLength = 1, BatchSize = 0 }.Faults().ToArray());
}
