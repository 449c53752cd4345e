using Microsoft.ML;
using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Tests.Sources;

/// <summary>Counts of real text data, and subwords learned from them; not decided where the data are not there (environment variable MLNETDEEP_DATA).</summary>
[TestClass]
public sealed class RealTextDataTests
{
    private readonly MLContext ml = new(seed: 1);

    private sealed class Pair
    {
        public string Source { get; set; } = "";
        public string Target { get; set; } = "";
    }

    private sealed class Captioned
    {
        public string ImagePath { get; set; } = "";
        public string[] Caption { get; set; } = [];
    }

    private Pair[] Pairs(string split)
    {
        string root = RealData.Folder("multi30k_ende");
        return [.. ml.Data.CreateEnumerable<Pair>(
            ml.Data.LoadFromParallelText(Path.Combine(root, $"{split}.en.gz"), Path.Combine(root, $"{split}.de.gz")), reuseRowObject: false)];
    }

    [TestMethod]
    [DataRow("train", 29000), DataRow("val", 1014), DataRow("test_2016_flickr", 1000)]
    public void SentencesAreCounted(string split, int count) => Assert.HasCount(count, Pairs(split));

    [TestMethod]
    public void SubwordsOfAllSentencesGiveThemBack()
    {
        Pair[] train = Pairs("train");
        var tokeniser = BytePairTokeniser.Learn(train.SelectMany(pair => new[] { pair.Source, pair.Target }), merges: 8000);
        Assert.AreEqual(8000 + 256 + SpecialTokens.Count, tokeniser.Count, 20);
        foreach (Pair pair in train.Concat(Pairs("val")).Concat(Pairs("test_2016_flickr")))
        {
            Assert.AreEqual(pair.Source, tokeniser.Decode(tokeniser.Encode(pair.Source)));
            Assert.AreEqual(pair.Target, tokeniser.Decode(tokeniser.Encode(pair.Target)));
        }
        double mean = Pairs("val").Average(pair => tokeniser.Encode(pair.Source).Length);
        Assert.IsTrue(mean is > 12 and < 16, $"{mean} tokens a sentence");
    }

    [TestMethod]
    [DataRow("train", 420), DataRow("test", 105)]
    public void AerialCaptionsAreCounted(string split, int images)
    {
        Captioned[] rows = [.. ml.Data.CreateEnumerable<Captioned>(ml.Data.LoadFromCaptions(RealData.Folder("ucm_captions"), split: split), reuseRowObject: false)];
        Assert.HasCount(images, rows);
        Assert.IsTrue(rows.All(row => row.Caption.Length == 5 && File.Exists(row.ImagePath)));
    }

    [TestMethod]
    public void CocosCaptionsAreCounted()
    {
        string root = RealData.Folder("coco_mini");
        IDataView view = ml.Data.LoadFromCaptions(Path.Combine(root, "annotations", "captions_val2017.json"), Path.Combine(root, "val2017"), badRows: BadRows.Skip);
        Captioned[] rows = [.. ml.Data.CreateEnumerable<Captioned>(view, reuseRowObject: false)];
        Assert.IsNotEmpty(rows);
        Assert.IsTrue(rows.All(row => row.Caption.Length >= 5));
    }
}
