using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Sources;

/// <summary>Real data sets, where they are on this machine.</summary>
[TestClass]
public sealed class RealClassificationDataTests
{
    private readonly MLContext ml = new(seed: 1);

    [TestMethod]
    public void MnistIsReadAsItsMakersTell()
    {
        string folder = RealData.Folder("mnist");
        IDataView test = ml.Data.LoadFromIdx(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"));
        Assert.AreEqual(10_000, test.GetRowCount());
        string[] labels = [.. test.GetColumn<string>("Label")];
        CollectionAssert.AreEqual(new[] { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 },
            Enumerable.Range(0, 10).Select(digit => labels.Count(label => label == $"{digit}")).ToArray());
    }

    [TestMethod]
    public void TheCifarSubsetIsReadAsItsReadmeTells()
    {
        string folder = RealData.Folder("cifar10");
        IDataView train = ml.Data.LoadFromImageFolders(Path.Combine(folder, "train"));
        Assert.AreEqual(5_000, train.GetRowCount());
        foreach (IGrouping<string, string> label in train.GetColumn<string>("Label").GroupBy(label => label))
            Assert.AreEqual(500, label.Count(), label.Key);
        IDataView decoded = ml.Transforms.DecodeImages("Image", "ImagePath").Fit(train).Transform(ml.Data.TakeRows(train, 3));
        foreach (MLImage image in decoded.GetColumn<MLImage>("Image"))
            Assert.AreEqual((32, 32), (image.Width, image.Height));
    }
}
