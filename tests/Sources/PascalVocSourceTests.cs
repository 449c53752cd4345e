using Microsoft.ML;
using Microsoft.ML.Data;
using static MLNetDeepExtensions.Tests.Sources.TemporaryDataSet;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class PascalVocSourceTests
{
    readonly TemporaryDataSet _set = new();

    [TestCleanup]
    public void DeleteFiles() => _set.Dispose();

    IDataView Load(string? split = null, BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip) =>
        _set.ML.Data.LoadFromPascalVoc(_set.Root, split, badRows, invalidBoxes);

    SourceRow[] Rows(string? split = null, BadRows badRows = BadRows.Fail) => SourceRow.Of(_set.ML, Load(split, badRows));

    string Failure(BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Load(null, badRows, invalidBoxes)).Message;

    [TestMethod]
    public void FirstAndLastPixelBecomeEdgesFromZero()
    {
        _set.WriteImage("a.jpg", 100, 80).WriteVoc("a.xml", 100, 80, "a.jpg", VocObject("cat", 1, 1, 100, 80), VocObject("dog", 11, 21, 30, 40, difficult: 1));
        SourceRow row = Rows().Single();
        CollectionAssert.AreEqual(new float[] { 0, 0, 100, 80, 10, 20, 30, 40 }, row.BoundingBoxes);
        CollectionAssert.AreEqual(new[] { "cat", "dog" }, row.Label);
        CollectionAssert.AreEqual(new[] { false, true }, row.Difficult);
        Assert.AreEqual(_set.PathOf("a.jpg"), row.ImagePath);
        Assert.IsEmpty(_set.Warnings);
    }

    [TestMethod]
    public void ColumnsAreTextVectorsNumbersAndFlagsAndTheViewCanShuffle()
    {
        _set.WriteImage("a.jpg", 10, 10).WriteVoc("a.xml", 10, 10, null);
        IDataView view = Load();
        CollectionAssert.AreEqual(new[] { "ImagePath", "Label", "BoundingBoxes", "Difficult" }, view.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(TextDataViewType.Instance, view.Schema["ImagePath"].Type);
        Assert.AreEqual(new VectorDataViewType(TextDataViewType.Instance), view.Schema["Label"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single), view.Schema["BoundingBoxes"].Type);
        Assert.AreEqual(new VectorDataViewType(BooleanDataViewType.Instance), view.Schema["Difficult"].Type);
        Assert.IsTrue(view.CanShuffle);
        Assert.AreEqual(1, view.GetRowCount());
    }

    [TestMethod]
    public void ListsOfImageSetsAreHonouredInTheirOrder()
    {
        foreach (string stem in new[] { "1", "2", "3" })
            _set.WriteImage($"JPEGImages/{stem}.jpg", 10, 10).WriteVoc($"Annotations/{stem}.xml", 10, 10, null);
        _set.Write("ImageSets/Main/train.txt", "3\n1 -1\n\n").Write("ImageSets/Main/bad.txt", "1\n../2\n");
        CollectionAssert.AreEqual(new[] { "3", "1" }, Rows("train").Select(row => Path.GetFileNameWithoutExtension(row.ImagePath)).ToArray());
        Assert.HasCount(3, Rows());
        StringAssert.Contains(Assert.ThrowsExactly<DirectoryNotFoundException>(() => Load("val")).Message, "val.txt");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load("bad")).Message, "bad.txt, line 2");
        Assert.ThrowsExactly<ArgumentException>(() => Load("../train"));
    }

    [TestMethod]
    public void ImagesAreFoundWhateverTheFileNameInsideSays()
    {
        _set.WriteImage("train/one.JPG", 10, 10).WriteVoc("train/one.xml", 10, 10, "one")
            .WriteImage("train/two.jpg", 10, 10).WriteVoc("train/two.xml", 10, 10, "one.JPG")
            .WriteImage("train/four.png", 10, 10).WriteVoc("train/three.xml", 10, 10, @"C:\..\pictures\FOUR")
            .WriteImage("train/five.jpg", 10, 10).WriteImage("train/five.png", 10, 10).WriteVoc("train/five.xml", 10, 10, "five.png");
        CollectionAssert.AreEqual(new[] { "five.png", "one.JPG", "four.png", "two.jpg" },
            Rows("train").Select(row => Path.GetFileName(row.ImagePath)).ToArray());
    }

    [TestMethod]
    public void ImageOutsideTheFolderIsNeverFound()
    {
        _set.WriteImage("secret.jpg", 10, 10).WriteVoc("train/a.xml", 10, 10, "../secret.jpg");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load("train")).Message, "a.xml: there is no image");
    }

    [TestMethod]
    public void ImageWithoutObjectsIsARowWithEmptyVectors()
    {
        _set.WriteImage("a.jpg", 10, 10).WriteVoc("a.xml", 10, 10, "a.jpg");
        SourceRow row = Rows().Single();
        Assert.IsEmpty(row.Label);
        Assert.IsEmpty(row.BoundingBoxes);
    }

    [TestMethod]
    public void InvalidBoxesAreLeftOutWithOneWarningThatNamesThem()
    {
        _set.WriteImage("a.jpg", 100, 80).WriteVoc("a.xml", 100, 80, "a.jpg",
            VocObject("flat", 50, 20, 50, 40), VocObject("reversed", 30, 40, 20, 10), VocObject("outside", 150, 10, 170, 30),
            VocObject("nan", "NaN", 1, 5, 5), VocObject("good", 11, 11, 20, 20));
        CollectionAssert.AreEqual(new[] { "good" }, Rows().Single().Label);
        string warning = _set.Warnings.Single();
        StringAssert.StartsWith(warning, "Left out 4 invalid boxes: ");
        StringAssert.Contains(warning, "a.xml, line 4: box 50,19,50,40 of 'flat': it has no area");
        StringAssert.Contains(warning, "line 5: box 30,40,20,10 of 'reversed': its corners are reversed");
        StringAssert.Contains(warning, "line 6: box 149,9,170,30 of 'outside': it lies outside the image of 100x80");
        StringAssert.Contains(warning, "line 7: box NaN,0,5,5 of 'nan': its coordinates are not finite numbers");
    }

    [TestMethod]
    [DataRow(50, 20, 50, 40, "it has no area")]
    [DataRow(30, 40, 20, 10, "its corners are reversed")]
    [DataRow(150, 10, 170, 30, "it lies outside the image")]
    [DataRow(90, 10, 120, 30, "it reaches out of the image")]
    public void InvalidBoxesFailIfTold(int xmin, int ymin, int xmax, int ymax, string reason)
    {
        _set.WriteImage("a.jpg", 100, 80).WriteVoc("a.xml", 100, 80, "a.jpg", VocObject("thing", xmin, ymin, xmax, ymax));
        StringAssert.Contains(Failure(BadRows.Skip, BadRows.Fail), reason);
    }

    [TestMethod]
    public void BoxesOverTheEdgeAreCutOffThere()
    {
        _set.WriteImage("a.jpg", 100, 80).WriteVoc("a.xml", 100, 80, "a.jpg", VocObject("far", 91, 11, 120, 30), VocObject("rounding", 0, 0, 101, 81));
        CollectionAssert.AreEqual(new float[] { 90, 10, 100, 30, 0, 0, 100, 80 }, Rows().Single().BoundingBoxes);
        StringAssert.StartsWith(_set.Warnings.Single(), "Cut off 1 boxes at the edge of their image: ");
    }

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(50, 40)]
    public void WrongSizeInTheFileIsReplacedByThatOfTheImage(int width, int height)
    {
        _set.WriteImage("a.jpg", 100, 80).WriteVoc("a.xml", width, height, "a.jpg", VocObject("thing", 61, 51, 90, 70));
        CollectionAssert.AreEqual(new float[] { 60, 50, 90, 70 }, Rows().Single().BoundingBoxes);
        Assert.IsEmpty(_set.Warnings);
    }

    [TestMethod]
    public void UnreadableImageIsNamedWhereItsSizeIsNeeded()
    {
        _set.Write("a.jpg", "no picture").WriteVoc("a.xml", 0, 0, "a.jpg", VocObject("thing", 1, 1, 9, 9));
        StringAssert.EndsWith(Failure(), "a.jpg cannot be read: it is not an image");
    }

    [TestMethod]
    public void EveryWarningNamesOnlyTheFirstExamples()
    {
        _set.WriteImage("a.jpg", 10, 10).WriteVoc("a.xml", 10, 10, "a.jpg", [.. Enumerable.Range(1, 9).Select(i => VocObject($"object{i}", i, 1, i, 5))]);
        Assert.IsEmpty(Rows().Single().Label);
        string warning = _set.Warnings.Single();
        StringAssert.StartsWith(warning, "Left out 9 invalid boxes: ");
        StringAssert.Contains(warning, "'object5'");
        Assert.DoesNotContain("'object6'", warning);
    }

    [TestMethod]
    [DataRow("<annotation>\n<object>\n</annotation>", "line 3")]
    [DataRow("<annotation>\n<object><name>cat</name></object></annotation>", "line 2: the element 'object' has no 'bndbox'")]
    [DataRow("<annotation><object><bndbox/></object></annotation>", "line 1: the element 'object' has no 'name'")]
    [DataRow("<annotation>\n\n<object><name>cat</name><bndbox><xmin>x</xmin></bndbox></object></annotation>", "line 3: expected a number in 'xmin', got 'x'")]
    [DataRow("<html></html>", "expected the element 'annotation', got 'html'")]
    [DataRow("", "line 0")]
    [DataRow("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]>\n<annotation>&b;</annotation>", "DTD is prohibited")]
    public void BadFilesAreNamedWithLineAndReason(string xml, string expected)
    {
        _set.WriteImage("a.jpg", 10, 10).Write("a.xml", xml);
        string message = Failure();
        StringAssert.StartsWith(message, _set.PathOf("a.xml"));
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    public void BadFilesAreSkippedAndCountedIfTold()
    {
        _set.WriteImage("a.jpg", 10, 10).Write("a.xml", "<annotation>").WriteVoc("b.xml", 10, 10, "nowhere.jpg")
            .WriteImage("c.jpg", 10, 10).WriteVoc("c.xml", 10, 10, "c.jpg", VocObject("cat", 1, 1, 5, 5));
        CollectionAssert.AreEqual(new[] { "cat" }, Rows(badRows: BadRows.Skip).Single().Label);
        StringAssert.StartsWith(_set.Warnings.Single(), "Left out 2 bad rows: " + _set.PathOf("a.xml"));
    }

    [TestMethod]
    public void FolderWithoutAnnotationsIsRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<DirectoryNotFoundException>(() => Load()).Message, "expected a folder 'Annotations'");
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => _set.ML.Data.LoadFromPascalVoc(_set.PathOf("nowhere")));
    }
}
