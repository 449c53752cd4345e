using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Tests.Text;

[TestClass]
public sealed class WordTokeniserTests
{
    [TestMethod]
    [DataRow("en", "Mr. Smith isn't here, is he?", "Mr. Smith isn 't here , is he ?")]
    [DataRow("en", "It costs $3,000.50 (approx.) in the U.S. today...", "It costs $ 3,000.50 ( approx . ) in the U.S. today ...")]
    [DataRow("en", "The dogs' bowl, the 1990's and 'so'.", "The dogs ' bowl , the 1990 's and ' so ' .")]
    [DataRow("de", "Dr. M\u00fcller l\u00e4uft \u00fcber die Stra\u00dfe.", "Dr. M\u00fcller l\u00e4uft \u00fcber die Stra\u00dfe .")]
    [DataRow("fr", "L'homme n'est pas l\u00e0.", "L' homme n' est pas l\u00e0 .")]
    [DataRow("en", "a\tb\u0001c\nd", "a b c d")]
    [DataRow("en", "\U0001F600x", "\U0001F600 x")]
    [DataRow("en", "", "")]
    public void WordsAndSignsAreCut(string language, string text, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', new MosesTokenisation(language).Tokenise(text)));

    [TestMethod]
    [DataRow("en", "Mr. Smith isn't here, is he?")]
    [DataRow("en", "It costs $3,000.50 (really) in the U.S. today...")]
    [DataRow("en", "He said \"yes\", then left.")]
    [DataRow("de", "Ein Mann, der \u201eHallo\u201c sagt, geht.")]
    [DataRow("fr", "L'homme n'est pas l\u00e0.")]
    public void DetokenisingGivesOrdinarySentencesBack(string language, string text)
    {
        var moses = new MosesTokenisation(language);
        Assert.AreEqual(text, moses.Detokenise(moses.Tokenise(text)));
    }

    [TestMethod]
    public void UnknownWordsAreShownAndSpecialTokensLeftOut()
    {
        var tokeniser = WordTokeniser.Learn(["A cat sits.", "A cat runs."], minimumCount: 2);
        int[] tokens = tokeniser.Encode("A dog sits.");
        CollectionAssert.AreEqual(new[] { tokeniser.Vocabulary["A"], 3, 3, tokeniser.Vocabulary["."] }, tokens);
        Assert.AreEqual("A <unk> <unk>.", tokeniser.Decode([1, .. tokens, 2, 0]));
        Assert.AreEqual("a", WordTokeniser.Learn(["A"], lowerCase: true).Decode(WordTokeniser.Learn(["A"], lowerCase: true).Encode("A")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tokeniser.Decode([1000]));
    }
}
