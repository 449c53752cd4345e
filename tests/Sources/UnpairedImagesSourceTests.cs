using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class UnpairedImagesSourceTests
{
    private readonly TemporaryDataSet set = new();

    [TestCleanup]
    public void DeleteFiles() => set.Dispose();

    private IDataView Load(string first = "trainA", string second = "trainB", BadRows badRows = BadRows.Fail) =>
        set.ML.Data.LoadFromUnpairedImages(set.PathOf(first), set.PathOf(second), badRows);

    [TestMethod]
    public void TwoFoldersAreTwoDomains()
    {
        set.WriteImage("trainA/b.png", 4, 3).WriteImage("trainA/a.jpg", 9, 5).WriteImage("trainB/deep/c.jpg", 4, 3).WriteImage("trainB/d.jpg", 4, 3)
            .WriteImage("trainB/e.jpg", 4, 3).Write("trainA/.DS_Store", "");
        IDataView view = Load();
        CollectionAssert.AreEqual(new[] { "a.jpg", "b.png", "d.jpg", "c.jpg", "e.jpg" }, view.GetColumn<string>("ImagePath").Select(Path.GetFileName).ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 2, 2 }, view.GetColumn<uint>("Domain").ToArray());
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Domain"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(new[] { "trainA", "trainB" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.AreEqual(5, view.GetRowCount());
        Assert.IsTrue(view.CanShuffle);
    }

    [TestMethod]
    public void WhatIsNoImageIsNamedOrSkipped()
    {
        set.WriteImage("trainA/a.jpg", 4, 3).WriteImage("trainB/b.jpg", 4, 3).Write("trainB/c.jpg", "no picture");
        Assert.AreEqual($"{set.PathOf("trainB/c.jpg")}: it is not an image", Assert.ThrowsExactly<InvalidDataException>(() => Load()).Message);
        Assert.AreEqual(2, Load(badRows: BadRows.Skip).GetRowCount());
        Assert.StartsWith("Left out 1 bad rows: ", set.Warnings.Single());
    }

    [TestMethod]
    public void AMissingOrEmptyFolderIsReported()
    {
        set.WriteImage("trainA/a.jpg", 4, 3).Write("empty/Thumbs.db", "");
        Assert.AreEqual($"{set.PathOf("trainB")}: there is no such folder.", Assert.ThrowsExactly<DirectoryNotFoundException>(() => Load()).Message);
        Assert.AreEqual(
            $"{set.PathOf("empty")}: expected at least one image, found none.", Assert.ThrowsExactly<InvalidDataException>(() => Load(second: "empty")).Message);
    }

    [TestMethod]
    public void TheRealSetHasBothDomains()
    {
        string root = RealData.Folder("day2night");
        IDataView view = set.ML.Data.LoadFromUnpairedImages(Path.Combine(root, "trainA"), Path.Combine(root, "trainB"));
        CollectionAssert.AreEqual(new[] { 50, 50 }, view.GetColumn<uint>("Domain").CountBy(domain => domain).OrderBy(count => count.Key).Select(count => count.Value).ToArray());
    }
}
