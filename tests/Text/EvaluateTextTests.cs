using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Text;

[TestClass]
public sealed class EvaluateTextTests
{
    private readonly MLContext ml = new(seed: 1);

    private sealed class Single
    {
        public string Target { get; set; } = "";
        public string PredictedTranslation { get; set; } = "";
        public float Number { get; set; }
    }

    private sealed class Several
    {
        public string[] Caption { get; set; } = [];
        public string PredictedCaption { get; set; } = "";
    }

    [TestMethod]
    public void TranslationsAreScoredAsSacreBleuAndMultiBleuDo()
    {
        IDataView data = ml.Data.LoadFromEnumerable<Single>(
        [
            new() { Target = "The cat is on the mat.", PredictedTranslation = "The cat sat on a mat." },
            new() { Target = "A dog, really!", PredictedTranslation = "A dog, really!" },
        ]);
        TranslationMetrics metrics = ml.Translation.Evaluate(data);
        Assert.AreEqual(2, metrics.SentenceCount);
        CollectionAssert.AreEqual(new long[] { 10, 6, 3, 2 }, metrics.BleuDetails.Matches.ToArray());
        Assert.AreEqual(1, metrics.PerSentence[1].Bleu, 1e-12);
        CollectionAssert.AreEqual(new long[] { 7, 3, 1, 0 }, metrics.TokenisedBleuDetails.Matches.ToArray());
        Assert.AreEqual(0, metrics.TokenisedBleu);
        Assert.AreEqual("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp", metrics.Signature);
        Assert.IsTrue(metrics.Meteor is > 0.5 and < 1);
    }

    [TestMethod]
    public void CaseCountsUnlessItIsToldNotTo()
    {
        IDataView data = ml.Data.LoadFromEnumerable<Single>([new() { Target = "ONE two three four", PredictedTranslation = "one TWO three four" }]);
        Assert.IsLessThan(0.9, ml.Translation.Evaluate(data).Bleu);
        TranslationMetrics metrics = ml.Translation.Evaluate(data, lowerCase: true);
        Assert.AreEqual(1, metrics.Bleu, 1e-12);
        StringAssert.Contains(metrics.Signature, "case:lc");
    }

    [TestMethod]
    public void CaptionsAreScoredAgainstAllReferences()
    {
        IDataView data = ml.Data.LoadFromEnumerable<Several>(
        [
            new() { Caption = ["A cat sits on a mat.", "The cat is on the mat"], PredictedCaption = "a cat sits on the mat" },
            new() { Caption = ["a dog runs in the grass", "a brown dog is running in a park"], PredictedCaption = "A dog runs in the park!" },
            new() { Caption = ["two boys play with a ball", "boys playing football"], PredictedCaption = "two boys play ball" },
        ]);
        CaptioningMetrics metrics = ml.ImageCaptioning.Evaluate(data);
        Assert.AreEqual(3.937378, metrics.CiderD, 1e-6);
        Assert.AreEqual(4.881727, metrics.PerImage[0].CiderD, 1e-6);
        Assert.AreEqual(3, metrics.ImageCount);
        Assert.AreEqual(1, metrics.Bleu1, 1e-12);
        Assert.IsTrue(metrics.Bleu4 < metrics.Bleu3 && metrics.Bleu3 < metrics.Bleu2 && metrics.Bleu2 < metrics.Bleu1);
        Assert.AreEqual("A dog runs in the park!", metrics.PerImage[1].Caption);
    }

    [TestMethod]
    public void MissingAndUnfitColumnsAreRefused()
    {
        IDataView data = ml.Data.LoadFromEnumerable<Single>([new()]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.Translation.Evaluate(data, targetColumnName: "Nowhere"));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.Translation.Evaluate(data, targetColumnName: "Number")).Message, "String or VarVector<String>");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.ImageCaptioning.Evaluate(data));
        IDataView without = ml.Data.LoadFromEnumerable<Several>([new() { PredictedCaption = "a" }]);
        StringAssert.StartsWith(Assert.ThrowsExactly<InvalidDataException>(() => ml.ImageCaptioning.Evaluate(without)).Message, "Row 0, column 'Caption'");
        Assert.AreEqual(0, ml.Translation.Evaluate(ml.Data.LoadFromEnumerable<Single>([])).SentenceCount);
    }
}
