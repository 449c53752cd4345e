using System.Text.Json;
using Microsoft.ML;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class CocoSourceTests
{
    readonly TemporaryDataSet _set = new();

    [TestCleanup]
    public void DeleteFiles() => _set.Dispose();

    [TestInitialize]
    public void WriteImages() => _set.WriteImage("images/a.jpg", 100, 80).WriteImage("images/inner/b.jpg", 50, 40).WriteImage("outside.jpg", 10, 10);

    static readonly object[] Categories = [new { id = 7, name = "cat" }, new { id = 90, name = "dog" }];

    static readonly object[] Images =
        [new { id = 1, file_name = "a.jpg", width = 100, height = 80 }, new { id = 0, file_name = "inner/b.jpg", width = 50, height = 40 }];

    static object Annotation(int id, int image, int category, params double[] bbox) => new { id, image_id = image, category_id = category, bbox, iscrowd = 0 };

    TemporaryDataSet Write(object[] images, params object[] annotations) =>
        _set.Write("boxes.json", JsonSerializer.Serialize(new { info = new { year = 2017 }, images, annotations, categories = Categories }));

    CocoSourceRow[] Rows(BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip) =>
        CocoSourceRow.Of(_set.ML, _set.ML.Data.LoadFromCoco(_set.PathOf("boxes.json"), _set.PathOf("images"), badRows, invalidBoxes));

    string Failure(BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Rows(badRows, invalidBoxes)).Message;

    [TestMethod]
    public void BoxesClassesFlagsAndAreasAreRead()
    {
        Write(Images, Annotation(0, 1, 90, 10, 20, 30, 40), new
        {
            id = 5, image_id = 1, category_id = 7, bbox = new[] { 0.5, 1.5, 20, 10 }, iscrowd = 1, area = 123.5,
            segmentation = new { counts = new[] { 1, 2 }, size = new[] { 3, 4 } },
        });
        CocoSourceRow[] rows = Rows();
        Assert.HasCount(2, rows);
        CollectionAssert.AreEqual(new float[] { 10, 20, 40, 60, 0.5f, 1.5f, 20.5f, 11.5f }, rows[0].BoundingBoxes);
        CollectionAssert.AreEqual(new[] { "dog", "cat" }, rows[0].Label);
        CollectionAssert.AreEqual(new[] { false, true }, rows[0].Crowd);
        CollectionAssert.AreEqual(new[] { float.NaN, 123.5f }, rows[0].Area);
        Assert.IsEmpty(rows[1].Label);
        Assert.AreEqual(Path.Combine(_set.PathOf("images"), "inner/b.jpg"), rows[1].ImagePath);
        Assert.IsEmpty(_set.Warnings);
    }

    [TestMethod]
    public void InvalidBoxesAreNamedByTheirAnnotation()
    {
        Write(Images, Annotation(3, 1, 7, 10, 10, 0, 5), Annotation(4, 1, 7, 10, 10, -5, 5), Annotation(5, 1, 7, 200, 10, 5, 5), Annotation(6, 1, 7, 1, 1, 5, 5));
        Assert.HasCount(1, Rows()[0].Label);
        string warning = _set.Warnings.Single();
        StringAssert.StartsWith(warning, "Left out 3 invalid boxes: ");
        StringAssert.Contains(warning, "boxes.json, annotation 4: box 10,10,5,15 of 'cat': its corners are reversed");
        StringAssert.Contains(Failure(BadRows.Skip, BadRows.Fail), "annotation 3");
    }

    [TestMethod]
    public void UnknownClassAndMissingBoxAreNamedByTheirAnnotation()
    {
        Write(Images, Annotation(3, 1, 8, 1, 1, 5, 5));
        StringAssert.EndsWith(Failure(), "annotation 3: there is no category 8");
        Write(Images, new { id = 4, image_id = 1, caption = "a cat" });
        StringAssert.EndsWith(Failure(), "annotation 4: expected a 'bbox' of 4 numbers");
        Write(Images, Annotation(5, 1, 7, 1, 1, 5));
        StringAssert.EndsWith(Failure(), "annotation 5: expected a 'bbox' of 4 numbers");
        Write(Images, Annotation(6, 44, 7, 1, 1, 5, 5));
        StringAssert.EndsWith(Failure(), "annotation 6: there is no image 44");
        Assert.HasCount(2, Rows(BadRows.Skip));
        StringAssert.StartsWith(_set.Warnings.Single(), "Left out 1 bad rows: ");
    }

    [TestMethod]
    public void FileNamesCannotLeadOutOfTheImageFolder()
    {
        foreach (string name in new[] { "../outside.jpg", @"..\outside.jpg", _set.PathOf("outside.jpg"), "inner/../../outside.jpg", "", "../images2/a.jpg" })
        {
            Write([new { id = 1, file_name = name, width = 10, height = 10 }]);
            StringAssert.Contains(Failure(), "image 1: expected the name of a file inside the image folder", name);
        }
        Write([new { id = 1, file_name = "missing.jpg", width = 10, height = 10 }]);
        StringAssert.EndsWith(Failure(), "missing.jpg does not exist");
    }

    [TestMethod]
    public void FilesThatAreNotCocoAreNamedWithTheirLine()
    {
        _set.Write("boxes.json", "{\n\"images\": [],\n\"annotations\": [{\"bbox\": [NaN, 1, 2, 3]}]}");
        StringAssert.StartsWith(Failure(BadRows.Skip), _set.PathOf("boxes.json") + ", line 3: ");
        _set.Write("boxes.json", "{\"images\": []}");
        StringAssert.Contains(Failure(), "expected an object with the lists 'images', 'annotations' and 'categories'");
        _set.Write("boxes.json", "null");
        StringAssert.Contains(Failure(), "expected an object");
        Write([.. Images, Images[0]]);
        StringAssert.EndsWith(Failure(), "image 1: its id appears twice");
        Assert.ThrowsExactly<FileNotFoundException>(() => _set.ML.Data.LoadFromCoco(_set.PathOf("nowhere.json"), _set.Root));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => _set.ML.Data.LoadFromCoco(_set.PathOf("boxes.json"), _set.PathOf("nowhere")));
    }
}
