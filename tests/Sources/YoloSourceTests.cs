using Microsoft.ML;
using MLNetDeepExtensions.Sources;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class YoloSourceTests
{
    readonly TemporaryDataSet _set = new();

    [TestCleanup]
    public void DeleteFiles() => _set.Dispose();

    IDataView Load(string? split = null, string[]? names = null, BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip) =>
        _set.ML.Data.LoadFromYoloLabels(_set.Root, split, names, badRows, invalidBoxes);

    SourceRow[] Rows(string? split = null, string[]? names = null, BadRows badRows = BadRows.Fail) => SourceRow.Of(_set.ML, Load(split, names, badRows));

    [TestMethod]
    public void PartsOfTheImageBecomePixels()
    {
        _set.WriteImage("images/a.jpg", 100, 80).Write("labels/a.txt", "1 0.5 0.5 0.2 0.5\n\n0 0.5 0.5 1 1\n").Write("data.yaml", "nc: 2\nnames: [cat, dog]\n");
        SourceRow row = Rows().Single();
        CollectionAssert.AreEqual(new[] { "dog", "cat" }, row.Label);
        CollectionAssert.AreEqual(new float[] { 40, 20, 60, 60, 0, 0, 100, 80 }, row.BoundingBoxes);
        Assert.IsEmpty(_set.Warnings);
    }

    [TestMethod]
    [DataRow("images/train/a.jpg", "labels/train/a.txt")]
    [DataRow("train/images/a.jpg", "train/labels/a.txt")]
    [DataRow("train/a.jpg", "train/a.txt")]
    [DataRow("images/train/deep/a.jpg", "labels/train/deep/a.txt")]
    public void EveryLayoutIsFound(string image, string labels)
    {
        _set.WriteImage(image, 10, 10).Write(labels, "0 0.5 0.5 0.5 0.5").Write("classes.txt", "cat\n");
        CollectionAssert.AreEqual(new[] { "cat" }, Rows("train").Single().Label);
    }

    [TestMethod]
    public void ImageWithoutLabelFileHasNoObjects()
    {
        _set.WriteImage("images/a.jpg", 10, 10).WriteImage("images/b.jpg", 10, 10).Write("labels/b.txt", "0 0.5 0.5 0.5 0.5");
        CollectionAssert.AreEqual(new[] { 0, 1 }, Rows(names: ["cat"]).Select(row => row.Label.Length).ToArray());
    }

    [TestMethod]
    [DataRow("1 0.5 0.5 0.5 0.5", "line 2: expected a class from 0 to 0, got 1")]
    [DataRow("-1 0.5 0.5 0.5 0.5", "line 2: expected a class from 0 to 0, got -1")]
    [DataRow("NaN 0.5 0.5 0.5 0.5", "line 2: expected a class from 0 to 0, got NaN")]
    [DataRow("0 0.5 0.5 0.5", "line 2: expected 5 numbers")]
    [DataRow("0 0.1 0.1 0.2 0.1 0.2 0.2", "line 2: expected 5 numbers")]
    [DataRow("cat 0.5 0.5 0.5 0.5", "line 2: expected 5 numbers")]
    public void BadLinesAreNamed(string line, string expected)
    {
        _set.WriteImage("images/a.jpg", 10, 10).Write("labels/a.txt", "0 0.5 0.5 0.5 0.5\n" + line);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Load(names: ["cat"])).Message;
        StringAssert.Contains(message, "a.txt, " + expected);
        Assert.IsEmpty(Rows(names: ["cat"], badRows: BadRows.Skip));
        StringAssert.StartsWith(_set.Warnings.Single(), "Left out 1 bad rows: ");
    }

    [TestMethod]
    public void MessagesStayShortHoweverLongTheLine()
    {
        _set.WriteImage("images/a.jpg", 10, 10).Write("labels/a.txt", new string('x', 100_000));
        string message = Assert.ThrowsExactly<InvalidDataException>(() => Load(names: ["cat"])).Message;
        Assert.IsLessThan(_set.Root.Length + 400, message.Length);
    }

    [TestMethod]
    public void InvalidBoxesAreLeftOut()
    {
        _set.WriteImage("images/a.jpg", 10, 10).Write("labels/a.txt", "0 nan 0.5 0.5 0.5\n0 0.5 0.5 0 0.5\n0 0.5 0.5 -0.5 0.5\n0 5 5 0.5 0.5\n0 0.5 0.5 0.5 0.5");
        Assert.HasCount(1, Rows(names: ["cat"]).Single().Label);
        StringAssert.StartsWith(_set.Warnings.Single(), "Left out 4 invalid boxes: ");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(names: ["cat"], invalidBoxes: BadRows.Fail)).Message, "a.txt, line 1: box NaN");
    }

    [TestMethod]
    public void UnreadableImagesAreNamed()
    {
        _set.Write("images/a.jpg", "no picture").Write("labels/a.txt", "0 0.5 0.5 0.5 0.5");
        StringAssert.EndsWith(Assert.ThrowsExactly<InvalidDataException>(() => Load(names: ["cat"])).Message, "cannot be read: it is not an image");
    }

    [TestMethod]
    public void MissingFoldersAndNamesAreReported()
    {
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => Load());
        _set.WriteImage("images/a.jpg", 10, 10).Write("labels/a.txt", "");
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => Load()).Message, "expected class names");
        _set.Write("data.yaml", "names: {0: cat, 2: dog}");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load()).Message, "data.yaml, line 1: expected the names of classes 0, 1, 2, ...");
    }

    [TestMethod]
    [DataRow("names: ['cat', \"hot, dog\", 3]", "cat|hot, dog|3")]
    [DataRow("names: [cat,\n  'it''s',\n  dog]  # all\nnc: 3", "cat|it's|dog")]
    [DataRow("names:\n  0: cat\n  1: 'dog'\n\n  2: bird # flies\nnc: 3", "cat|dog|bird")]
    [DataRow("# names\nnames:\n- cat\n- dog\nroboflow:\n  version: 1", "cat|dog")]
    [DataRow("names: {1: dog, 0: cat}", "cat|dog")]
    public void NamesOfYamlAreRead(string yaml, string expected) =>
        Assert.AreEqual(expected, string.Join('|', YoloClassNames.FromYaml("data.yaml", yaml.Split('\n'))!));
}
