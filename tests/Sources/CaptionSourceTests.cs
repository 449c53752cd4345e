using System.Text.Json;
using Microsoft.ML;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class CaptionSourceTests
{
    private readonly TemporaryDataSet set = new();

    private sealed class Captioned
    {
        public string ImagePath { get; set; } = "";
        public string[] Caption { get; set; } = [];
    }

    [TestInitialize]
    public void WriteImages() => set.WriteImage("train/images/a.jpg", 4, 4).WriteImage("train/images/b.jpg", 4, 4).WriteImage("outside.jpg", 4, 4);

    [TestCleanup]
    public void DeleteFiles() => set.Dispose();

    private string[] Rows(string path, string? imageFolder = null, string? split = null, BadRows badRows = BadRows.Fail) => [.. set.ML.Data.CreateEnumerable<Captioned>(
        set.ML.Data.LoadFromCaptions(set.PathOf(path), imageFolder is null ? null : set.PathOf(imageFolder), split, badRows), reuseRowObject: false)
        .Select(row => $"{Path.GetFileName(row.ImagePath)}: {string.Join(" | ", row.Caption)}")];

    private string Failure(string path, string? imageFolder = null) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Rows(path, imageFolder)).Message;

    [TestMethod]
    public void AFolderWithTabSeparatedCaptionsIsRead()
    {
        set.Write("train/captions.tsv", "b.jpg\ta dog\na.jpg\ttwo\tcats \n\nb.jpg\tone dog\n");
        foreach ((string path, string? split) in new[] { ("", "train"), ("train", null), ("train/captions.tsv", null) })
            CollectionAssert.AreEqual(new[] { "b.jpg: a dog | one dog", "a.jpg: two\tcats" }, Rows(path, split: split), path);
    }

    [TestMethod]
    public void FlickrsTokenFilesAreReadAndSplitByAList()
    {
        set.Write("Flickr8k.token.txt", "a.jpg#0\tA cat .\na.jpg#1\tOne cat .\nb.jpg#0\tA dog .\n").Write("test.txt", "b.jpg\n");
        CollectionAssert.AreEqual(new[] { "a.jpg: A cat . | One cat .", "b.jpg: A dog ." }, Rows("Flickr8k.token.txt", "train/images"));
        CollectionAssert.AreEqual(new[] { "b.jpg: A dog ." }, Rows("Flickr8k.token.txt", "train/images", set.PathOf("test.txt")));
    }

    [TestMethod]
    public void CocosCaptionsAreRead()
    {
        WriteCoco((1, 8, "a dog"), (2, 7, "a cat"), (3, 8, "one dog"));
        CollectionAssert.AreEqual(new[] { "a.jpg: a cat", "b.jpg: a dog | one dog" }, Rows("captions.json", "train/images"));
        WriteCoco((1, 8, "a dog"), (2, 9, "nothing"));
        StringAssert.EndsWith(Failure("captions.json", "train/images"), "annotation 2: there is no image 9");
        set.Write("captions.json", "{}");
        StringAssert.Contains(Failure("captions.json", "train/images"), "expected an object with the lists 'images' and 'annotations'");
        set.Write("captions.json", "{\n[");
        StringAssert.Contains(Failure("captions.json", "train/images"), "line 2");
    }

    private void WriteCoco(params (int Id, int Image, string Caption)[] annotations) => set.Write("captions.json", JsonSerializer.Serialize(new
    {
        images = new[] { new { id = 7, file_name = "a.jpg", width = 4 }, new { id = 8, file_name = "b.jpg", width = 4 } },
        annotations = annotations.Select(a => new { id = a.Id, image_id = a.Image, caption = a.Caption }),
    }));

    [TestMethod]
    [DataRow("a.jpg\t \n", "line 1: the caption of 'a.jpg' is empty")]
    [DataRow("a.jpg\tx\nno tab here\n", "line 2: expected the name of an image, a tab and a caption, got 'no tab here'")]
    [DataRow("a.jpg\tx\nmissing.jpg\ty\nmissing.jpg\tz\n", "missing.jpg does not exist")]
    [DataRow("../outside.jpg\tx\n", "line 1: expected the name of a file inside the image folder, got '../outside.jpg'")]
    public void BadCaptionsAreNamedOrLeftOut(string captions, string expected)
    {
        set.Write("train/captions.tsv", captions);
        StringAssert.Contains(Failure("train"), expected);
        Assert.IsLessThanOrEqualTo(1, Rows("train", badRows: BadRows.Skip).Length);
        StringAssert.StartsWith(set.Warnings.Single(), "Left out 1 bad captions: ");
    }

    [TestMethod]
    public void MissingFilesAndFoldersAreReported()
    {
        Assert.ThrowsExactly<FileNotFoundException>(() => Rows("train"));
        set.Write("captions.tsv", "a.jpg\tx\n");
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => Rows("captions.tsv"));
    }
}
