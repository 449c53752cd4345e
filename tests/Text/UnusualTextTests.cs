using System.Text.Json;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Text.Metrics;

namespace MLNetDeepExtensions.Tests.Text;

/// <summary>What users' files hold besides ordinary sentences.</summary>
[TestClass]
public sealed class UnusualTextTests
{
    private static readonly string[] Ordinary = ["The cat isn't on the mat.", "The dog runs to the cat."];

    private static readonly string[] Unusual =
    [
        "", " ", "\t\r\n", "\ud800", "cat \udc00\ud800 dog", "\ud83d", "\0\u0001\u001b[31m\u007f\u0085", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd", "\u202e\u0645\u0631\u062d\u0628\u0627\u202c",
        "\u200b\ufeff\u00ad", new string('a', 100_000), string.Join(' ', Enumerable.Repeat("the cat", 5_000)), new string('\u0301', 1000),
    ];

    private static ITextTokeniser Make(TokeniserKind kind, IEnumerable<string> texts) => kind == TokeniserKind.SentencePiece
        ? SentencePieceTokeniser.Load(new MemoryStream(SentencePieceFile.Unigrams(["\u2581the", "\u2581cat", "\u2581", "t", "h", "e", "c", "a"])))
        : new TokenisationOptions { Kind = kind, Merges = 20, MinimumCount = 1 }.Learn(texts);

    [TestMethod]
    [DataRow(TokeniserKind.BytePairs), DataRow(TokeniserKind.Words), DataRow(TokeniserKind.SentencePiece)]
    public void ItIsEncodedAndShown(TokeniserKind kind)
    {
        ITextTokeniser tokeniser = Make(kind, Ordinary);
        foreach (string text in Unusual)
        {
            int[] tokens = tokeniser.Encode(text);
            Assert.IsTrue(tokens.All(token => token >= 0 && token < tokeniser.Count));
            // What is shown is text again, whatever was read.
            Assert.AreEqual(-1, tokeniser.Decode(tokens).AsSpan().IndexOfAnyInRange('\ud800', '\udfff'), text.Length.ToString());
        }
        Assert.IsEmpty(tokeniser.Encode(""));
    }

    [TestMethod]
    [DataRow(TokeniserKind.BytePairs), DataRow(TokeniserKind.Words)]
    public void ItIsLearnedFromAndSaved(TokeniserKind kind)
    {
        ITextTokeniser tokeniser = Make(kind, [.. Ordinary, .. Unusual]);
        ITextTokeniser again = JsonSerializer.Deserialize<SavedTokeniser>(JsonSerializer.Serialize(tokeniser.Save(), ModelZipFormat.Json), ModelZipFormat.Json)!.Create();
        foreach (string text in Ordinary.Concat(Unusual))
            CollectionAssert.AreEqual(tokeniser.Encode(text), again.Encode(text));
    }

    [TestMethod]
    [DataRow(TokeniserKind.BytePairs), DataRow(TokeniserKind.Words), DataRow(TokeniserKind.SentencePiece)]
    public void TenThousandWordsAreCutAndCounted(TokeniserKind kind)
    {
        var encoder = new SentenceEncoder(Make(kind, Ordinary), maximumLength: 50);
        Assert.HasCount(50, encoder.Encode(string.Join(' ', Enumerable.Repeat("the cat", 5_000))));
        Assert.AreEqual((1L, 1L, 49L), (encoder.Sentences, encoder.Truncated, encoder.Tokens));
    }

    [TestMethod]
    public void ItIsScored()
    {
        var bleu = new BleuEvaluator();
        var meteor = new MeteorEvaluator();
        var cider = new CiderEvaluator();
        foreach (string text in Unusual)
        {
            string[] words = ScoringTokenisation.Mteval13a(text), ordinary = ScoringTokenisation.Mteval13a(Ordinary[0]);
            bleu.Add(words, [words, ordinary]);
            meteor.Add(words, [ordinary]);
            cider.Add(words, [ordinary]);
            Assert.IsTrue(double.IsFinite(bleu.Corpus.Score) && double.IsFinite(cider.Mean()), text.Length.ToString());
        }
        Assert.AreEqual(1, bleu.Corpus.Score, 1e-12);
    }
}
