using Microsoft.ML;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class ImageFoldersSourceTests
{
    private readonly TemporaryDataSet set = new();

    [TestCleanup]
    public void DeleteFiles() => set.Dispose();

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private IDataView Load(BadRows badRows = BadRows.Fail) => set.ML.Data.LoadFromImageFolders(set.Root, badRows);

    private Row[] Rows(BadRows badRows = BadRows.Fail) => [.. set.ML.Data.CreateEnumerable<Row>(Load(badRows), reuseRowObject: false)];

    [TestMethod]
    public void AFolderIsAClass()
    {
        set.WriteImage("dog/b.png", 4, 3).WriteImage("cat/deep/a.jpg", 4, 3).WriteImage("cat/z.JPEG", 4, 3).Write("README.md", "beside").Write("cat/.hidden", "").Write("dog/Thumbs.db", "");
        Row[] rows = Rows();
        CollectionAssert.AreEqual(new[] { "cat", "cat", "dog" }, rows.Select(row => row.Label).ToArray());
        CollectionAssert.AreEqual(
            new[] { "cat/deep/a.jpg", "cat/z.JPEG", "dog/b.png" }, rows.Select(row => Path.GetRelativePath(set.Root, row.ImagePath).Replace('\\', '/')).ToArray());
        Assert.AreEqual(3, Load().GetRowCount());
        Assert.IsTrue(Load().CanShuffle);
    }

    [TestMethod]
    [DataRow("notes.txt", "hello", "it is not an image by its name")]
    [DataRow("a.jpg", "no picture", "it is not an image")]
    [DataRow("empty.png", "", "it is not an image")]
    public void WhatIsNoImageIsNamedOrSkipped(string file, string content, string reason)
    {
        set.WriteImage("cat/good.png", 4, 3).Write("cat/" + file, content);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Load()).Message;
        Assert.AreEqual($"{set.PathOf("cat/" + file)}: {reason}", message);
        Assert.HasCount(1, Rows(BadRows.Skip));
        Assert.StartsWith("Left out 1 bad rows: ", set.Warnings.Single());
    }

    [TestMethod]
    public void FoldersThatAreMissingAreReported()
    {
        Assert.Contains("expected a folder of images for each class", Assert.ThrowsExactly<DirectoryNotFoundException>(() => Load()).Message);
        Assert.Contains("there is no such folder",
            Assert.ThrowsExactly<DirectoryNotFoundException>(() => set.ML.Data.LoadFromImageFolders(set.PathOf("missing"))).Message);
    }
}
