using MLNetDeepExtensions.Text.Metrics;

namespace MLNetDeepExtensions.Tests.Text;

[TestClass]
public sealed class TextMetricsTests
{
    private static string[] Words(string text) => ScoringTokenisation.Blanks(text);

    private static BleuEvaluator Bleu(BleuSmoothing smoothing, params (string Hypothesis, string[] References)[] sentences)
    {
        var bleu = new BleuEvaluator(smoothing);
        foreach ((string hypothesis, string[] references) in sentences)
            bleu.Add(Words(hypothesis), [.. references.Select(Words)]);
        return bleu;
    }

    [TestMethod]
    public void BleuOfTwoSentencesWithTwoReferences()
    {
        BleuScore score = Bleu(BleuSmoothing.None,
            ("the cat sat on the mat", ["the cat is on the mat", "there is a cat on the mat"]),
            ("there is a dog in the garden", ["a dog is in the garden", "there is a dog in a garden"])).Corpus;
        CollectionAssert.AreEqual(new long[] { 12, 9, 5, 2 }, score.Matches.ToArray());
        CollectionAssert.AreEqual(new long[] { 13, 11, 9, 7 }, score.Totals.ToArray());
        Assert.AreEqual((13, 13), (score.HypothesisLength, score.ReferenceLength));
        Assert.AreEqual(0.923077, score.Of(1), 1e-6);
        Assert.AreEqual(0.869048, score.Of(2), 1e-6);
        Assert.AreEqual(0.748638, score.Of(3), 1e-6);
        Assert.AreEqual(0.588419, score.Score, 1e-6);
    }

    [TestMethod]
    [DataRow("a b c d e f g", new[] { "a b c d e f", "a b c d e f g h" }, 6, DisplayName = "of two as close the shorter")]
    [DataRow("a b c d e f g", new[] { "a", "a b c d e f g h" }, 8, DisplayName = "the closer one")]
    public void TheReferenceClosestInLengthCounts(string hypothesis, string[] references, int length) =>
        Assert.AreEqual(length, Bleu(BleuSmoothing.None, (hypothesis, references)).Corpus.ReferenceLength);

    [TestMethod]
    public void BleuOfAShortHypothesisIsItsBrevityPenalty() =>
        Assert.AreEqual(0.818731, Bleu(BleuSmoothing.None, ("the cat is on the", ["the cat is on the mat"])).Corpus.Score, 1e-6);

    [TestMethod]
    [DataRow(BleuSmoothing.None, 0.0), DataRow(BleuSmoothing.Exponential, 0.193049), DataRow(BleuSmoothing.Floor, 0.102669)]
    public void BleuWithoutLongMatchesDependsOnSmoothing(BleuSmoothing smoothing, double expected) =>
        Assert.AreEqual(expected, Bleu(smoothing, ("the cat sat on a mat", ["the cat is on the mat"])).Corpus.Score, 1e-6);

    [TestMethod]
    public void BleuOfNothingIsZero()
    {
        Assert.AreEqual(0, Bleu(BleuSmoothing.Exponential).Corpus.Score);
        Assert.AreEqual(0, Bleu(BleuSmoothing.Exponential, ("", ["a cat"])).Corpus.Score);
        Assert.ThrowsExactly<ArgumentException>(() => new BleuEvaluator().Add(["a"], []));
    }

    [TestMethod]
    [DataRow("Hello, world! It costs $3,000.50 (approx.), \"well-known\" in 1990-95.",
        "Hello , world ! It costs $ 3,000.50 ( approx . ) , \" well-known \" in 1990 - 95 .")]
    [DataRow("The U.S. isn't at 5% &amp; it's 3.5-fold.", "The U . S . isn't at 5 % & it's 3.5 - fold .")]
    [DataRow("na\u00efve\u2014\u201cquoted\u201d", "na\u00efve\u2014\u201cquoted\u201d")]
    [DataRow("", "")]
    public void Tokenisation13aCutsAsciiSigns(string text, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', ScoringTokenisation.Mteval13a(text)));

    [TestMethod]
    [DataRow("A man's dog, running...", "a man 's dog running")]
    [DataRow("The 'big' dogs' bowl -- it's", "the big dogs bowl it 's")]
    [DataRow("It isn't 3.5 well-known (things) - \"quoted\"!", "it is n't 3.5 well-known things quoted")]
    public void CaptionsAreScoredWithoutSigns(string text, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', ScoringTokenisation.Captions(text)));

    [TestMethod]
    [DataRow("the cat sat on the mat", "the cat sat on the mat", 0.997685)]
    [DataRow("the cat sat on the mat", "the cat is on the mat", 0.806667)]
    [DataRow("on the mat sat the cat", "the cat sat on the mat", 0.9375)]
    [DataRow("the cats were sitting on a mat", "the cat sat on the mat", 0.517418)]
    [DataRow("nothing in common", "the cat", 0.0)]
    public void MeteorOfOneSentence(string hypothesis, string reference, double expected)
    {
        var meteor = new MeteorEvaluator();
        Assert.AreEqual(expected, meteor.Add(Words(hypothesis), [Words(reference)]), 1e-6);
        Assert.AreEqual(expected, meteor.Corpus, 1e-6);
    }

    [TestMethod]
    public void MeteorTakesTheBestReferenceAndLongSentences()
    {
        var meteor = new MeteorEvaluator();
        Assert.AreEqual(0.997685, meteor.Add(Words("the cat sat on the mat"), [Words("a dog"), Words("the cat sat on the mat"), []]), 1e-6);
        string[] many = [.. Enumerable.Repeat("word", 300)];
        Assert.AreEqual(1, meteor.Add(many, [many]), 1e-6);
    }

    [TestMethod]
    public void CiderOfThreeImages()
    {
        CiderEvaluator cider = ThreeImages("a cat sits on the mat");
        double[] expected = [4.881727, 4.488252, 2.442155];
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], cider.PerImage()[i], 1e-6, $"image {i}");
        Assert.AreEqual(3.937378, cider.Mean(), 1e-6);
        Assert.AreEqual(1.309, ThreeImages("a cat sits on the mat mat mat mat mat mat").PerImage()[0], 5e-4);
    }

    [TestMethod]
    public void CiderOfOneImageIsZeroAndOfAPerfectSetTen()
    {
        var one = new CiderEvaluator();
        one.Add(Words("a cat sits on the mat"), [Words("a cat sits on the mat")]);
        Assert.AreEqual(0, one.Mean());
        one.Add(Words("two boys play some ball"), [Words("two boys play some ball")]);
        Assert.AreEqual(10, one.Mean(), 1e-9);
        Assert.IsTrue(double.IsNaN(new CiderEvaluator().Mean()));
    }

    private static CiderEvaluator ThreeImages(string first)
    {
        var cider = new CiderEvaluator();
        cider.Add(Words(first), [Words("a cat sits on a mat"), Words("the cat is on the mat")]);
        cider.Add(Words("a dog runs in the park"), [Words("a dog runs in the grass"), Words("a brown dog is running in a park")]);
        cider.Add(Words("two boys play ball"), [Words("two boys play with a ball"), Words("boys playing football")]);
        return cider;
    }

    [TestMethod]
    public void PerplexityIsOfAllTokensTogether()
    {
        var perplexity = new Perplexity();
        Assert.IsTrue(double.IsNaN(perplexity.Value));
        perplexity.Add(-Math.Log(0.5) - Math.Log(0.25) - Math.Log(0.125), 3);
        perplexity.Add(-Math.Log(0.5), 1);
        Assert.AreEqual(3.363586, perplexity.Value, 1e-6);
        Assert.AreEqual(11.3137, perplexity.PerUnit(2), 1e-4);
    }

    [TestMethod]
    [DataRow("caresses", "caress"), DataRow("ponies", "poni"), DataRow("ties", "ti"), DataRow("cats", "cat"), DataRow("feed", "feed"), DataRow("agreed", "agre")]
    [DataRow("plastered", "plaster"), DataRow("bled", "bled"), DataRow("motoring", "motor"), DataRow("sing", "sing"), DataRow("conflated", "conflat")]
    [DataRow("troubled", "troubl"), DataRow("sized", "size"), DataRow("hopping", "hop"), DataRow("tanned", "tan"), DataRow("falling", "fall"), DataRow("hissing", "hiss")]
    [DataRow("fizzed", "fizz"), DataRow("failing", "fail"), DataRow("filing", "file"), DataRow("happy", "happi"), DataRow("sky", "sky"), DataRow("relational", "relat")]
    [DataRow("conditional", "condit"), DataRow("rational", "ration"), DataRow("valenci", "valenc"), DataRow("digitizer", "digit"), DataRow("vietnamization", "vietnam")]
    [DataRow("predication", "predic"), DataRow("operator", "oper"), DataRow("feudalism", "feudal"), DataRow("decisiveness", "decis"), DataRow("hopefulness", "hope")]
    [DataRow("sensibiliti", "sensibl"), DataRow("triplicate", "triplic"), DataRow("formative", "form"), DataRow("electrical", "electr"), DataRow("goodness", "good")]
    [DataRow("revival", "reviv"), DataRow("allowance", "allow"), DataRow("airliner", "airlin"), DataRow("adjustable", "adjust"), DataRow("replacement", "replac")]
    [DataRow("adoption", "adopt"), DataRow("homologou", "homolog"), DataRow("bowdlerize", "bowdler"), DataRow("probate", "probat"), DataRow("rate", "rate")]
    [DataRow("cease", "ceas"), DataRow("controll", "control"), DataRow("roll", "roll"), DataRow("is", "is"), DataRow("caf\u00e9s", "caf\u00e9s")]
    public void StemsAreThoseOfPortersPaper(string word, string stem) => Assert.AreEqual(stem, PorterStemmer.Stem(word));
}
