using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class DecodeImagesTests
{
    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class BytesRow
    {
        public byte[] File { get; set; } = [];
    }

    private sealed class ImageRow
    {
        [AnySizeImage]
        public MLImage? Image { get; set; }
    }

    private static readonly RgbImage[] images = [Pictures.Noise(9, 5), Pictures.Noise(4, 7, seed: 2), Pictures.Noise(30, 20, seed: 3)];

    [TestMethod]
    public void PathsBecomeImagesOfTheirOwnSize()
    {
        using var folder = Files(out var rows);
        var ml = new MLContext();
        var view = ml.Transforms.DecodeImages("Image", "ImagePath").Fit(rows).Transform(rows);
        AssertImages(ml, view);
        Assert.AreEqual(folder.PathOf("0.png"), ml.Data.CreateEnumerable<ImageRow>(view, reuseRowObject: false).First().Image!.Tag);
    }

    [TestMethod]
    public void PathsStartFromTheFolder()
    {
        using var folder = Files(out _);
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i => new PathRow { ImagePath = $"{i}.png" }));
        AssertImages(ml, ml.Transforms.DecodeImages("Image", "ImagePath", new() { ImageFolder = folder.Path }).Fit(rows).Transform(rows));
    }

    [TestMethod]
    public void BytesBecomeTheSameImages()
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(images.Select(image => new BytesRow { File = ImageFiles.Png(image) }));
        AssertImages(ml, ml.Transforms.DecodeImages("Image", "File").Fit(rows).Transform(rows));
    }

    [TestMethod]
    public void PromisedIsDelivered()
    {
        using var folder = Files(out var rows);
        var estimator = new MLContext().Transforms.DecodeImages("Image", "ImagePath");
        var promised = estimator.GetOutputSchema(ColumnShapes.Of(rows.Schema)).Single(column => column.Name == "Image");
        var delivered = ColumnShapes.Of(estimator.Fit(rows).GetOutputSchema(rows.Schema)).Single(column => column.Name == "Image");
        Assert.AreEqual(promised.Kind, delivered.Kind);
        Assert.AreEqual((promised.ItemType, promised.IsKey), (delivered.ItemType, delivered.IsKey));
    }

    [TestMethod]
    public void AColumnOfTheSameNameIsHidden()
    {
        using var folder = Files(out var rows);
        var view = new MLContext().Transforms.DecodeImages("ImagePath").Fit(rows).Transform(rows);
        Assert.IsInstanceOfType<ImageDataViewType>(view.Schema["ImagePath"].Type);
    }

    [TestMethod]
    public void OtherTypesAndMissingColumnsAreRefusedBeforeAnythingIsRead()
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(new[] { new { Number = 1f, Key = 3u } });
        foreach (var (name, text) in new[] { ("Number", "expected String or VarVector<Byte>, got Single"), ("Missing", "Missing") })
        {
            var estimator = ml.Transforms.DecodeImages("Image", name);
            Assert.Contains(text, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(rows)).Message);
            Assert.Contains(text, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(ColumnShapes.Of(rows.Schema))).Message);
        }
    }

    [TestMethod]
    public void SavedAndLoadedItDoesTheSame()
    {
        using var folder = Files(out var rows);
        var options = new DecodeImagesOptions { ImageFolder = folder.Path, OnBadImage = OnBadImage.Empty, Decoder = new() { Background = new(0, 0, 1), ApplyOrientation = false } };
        var transformer = new MLContext().Transforms.DecodeImages("Image", "ImagePath", options).Fit(rows);
        new MLContext().Model.Save(transformer, rows.Schema, folder.PathOf("model.zip"));

        var ml = new MLContext();
        var loaded = ml.Model.Load(folder.PathOf("model.zip"), out _);
        var more = ml.Data.LoadFromEnumerable(new[] { "0.png", "1.png", "2.png", "missing.png" }.Select(name => new PathRow { ImagePath = name }));
        AssertImages(ml, ml.Data.TakeRows(loaded.Transform(more), 3));
        Assert.IsNull(ml.Data.CreateEnumerable<ImageRow>(loaded.Transform(more), false).Last().Image);
        using var engine = ml.Model.CreatePredictionEngine<PathRow, ImageRow>(loaded);
        File.Copy(GoldenImages.PathOf("formats/alpha.png"), folder.PathOf("alpha.png"));
        Assert.AreEqual(((byte)0, (byte)0, (byte)255), engine.Predict(new() { ImagePath = "alpha.png" }).Image!.ToRgbImage()[0, 0]);
    }

    [TestMethod]
    public void APredictionEngineReadsPathsAndBytes()
    {
        using var folder = Files(out var rows);
        var ml = new MLContext();
        using var fromPath = ml.Model.CreatePredictionEngine<PathRow, ImageRow>(ml.Transforms.DecodeImages("Image", "ImagePath").Fit(rows));
        var bytes = ml.Data.LoadFromEnumerable(new BytesRow[1]);
        using var fromBytes = ml.Model.CreatePredictionEngine<BytesRow, ImageRow>(ml.Transforms.DecodeImages("Image", "File").Fit(bytes));
        for (int i = 0; i < 3; i++)
        {
            CollectionAssert.AreEqual(images[i].Pixels.ToArray(), fromPath.Predict(new() { ImagePath = folder.PathOf($"{i}.png") }).Image!.ToRgbImage().Pixels.ToArray());
            CollectionAssert.AreEqual(images[i].Pixels.ToArray(), fromBytes.Predict(new() { File = ImageFiles.Png(images[i]) }).Image!.ToRgbImage().Pixels.ToArray());
        }
    }

    [TestMethod]
    public void ABadImageStopsWithItsRow()
    {
        using var folder = Files(out _);
        File.WriteAllBytes(folder.PathOf("1.png"), File.ReadAllBytes(folder.PathOf("1.png"))[..60]);
        var ml = new MLContext();
        var rows = Rows(ml, folder, 3);
        var view = ml.Transforms.DecodeImages("Image", "ImagePath").Fit(rows).Transform(rows);
        var error = Assert.ThrowsExactly<ImageDecodingException>(() => ml.Data.CreateEnumerable<ImageRow>(view, reuseRowObject: false).Count());
        Assert.AreEqual($"Row 1, column 'ImagePath': Image '{folder.PathOf("1.png")}': expected a complete Png of 4x7 pixels, got a truncated one.", error.Message);
    }

    [TestMethod]
    public void OrABadImageIsEmptyAndTheOthersStay()
    {
        using var folder = Files(out _);
        File.Delete(folder.PathOf("1.png"));
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(new[] { "0.png", "1.png", "2.png", "", "0.png" }.Select(name => new PathRow { ImagePath = name }));
        var view = ml.Transforms.DecodeImages("Image", "ImagePath", new() { ImageFolder = folder.Path, OnBadImage = OnBadImage.Empty }).Fit(rows).Transform(rows);
        foreach (bool reuse in new[] { true, false })
            CollectionAssert.AreEqual(new[] { 9, 0, 30, 0, 9 }, ml.Data.CreateEnumerable<ImageRow>(view, reuse).Select(row => row.Image?.Width ?? 0).ToArray());
    }

    [TestMethod]
    public void AnImageLivesUntilTheNextRowIsRead()
    {
        using var folder = Files(out var rows);
        var ml = new MLContext();
        var read = ml.Data.CreateEnumerable<ImageRow>(ml.Transforms.DecodeImages("Image", "ImagePath").Fit(rows).Transform(rows), reuseRowObject: false).ToList();
        Assert.ThrowsExactly<InvalidOperationException>(() => read[0].Image!.Width);
        Assert.ThrowsExactly<InvalidOperationException>(() => read[1].Image!.Width);
        Assert.AreEqual(30, read[2].Image!.Width);
    }

    [TestMethod]
    public void SeveralCursorsReadTheSameImages()
    {
        using var folder = Files(out _);
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new PathRow { ImagePath = folder.PathOf($"{i % 3}.png") }));
        var view = ml.Transforms.DecodeImages("Image", "ImagePath").Fit(rows).Transform(rows);
        var widths = new int[60];
        Parallel.ForEach(view.GetRowCursorSet(view.Schema, 3), cursor =>
        {
            using var _ = cursor;
            var (getter, id, image) = (cursor.GetGetter<MLImage>(view.Schema["Image"]), cursor.GetIdGetter(), (MLImage)null!);
            DataViewRowId row = default;
            while (cursor.MoveNext())
            {
                getter(ref image);
                id(ref row);
                widths[row.Low] = image.Width;
            }
        });
        CollectionAssert.AreEqual(Enumerable.Range(0, 60).Select(i => images[i % 3].Width).ToArray(), widths);
    }

    [TestMethod]
    public void NothingIsDecodedIfNobodyAsks()
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(new[] { new PathRow { ImagePath = "missing.png" } });
        var view = ml.Transforms.DecodeImages("Image", "ImagePath").Fit(rows).Transform(rows);
        Assert.AreEqual("missing.png", view.GetColumn<string>("ImagePath").Single());
    }

    [TestMethod]
    public void ImagesOfAnySizeGoIntoAPipeline()
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(images.Select(image => new ImageRow { Image = image.ToMLImage() }));
        AssertImages(ml, rows);
        var small = ml.Transforms.ResizeImages("Image", 3, 2).Fit(rows).Transform(rows);
        Assert.IsTrue(small.GetColumn<MLImage>("Image").All(image => image.Width == 3 && image.Height == 2));
    }

    private static void AssertImages(MLContext ml, IDataView view)
    {
        var read = ml.Data.CreateEnumerable<ImageRow>(view, reuseRowObject: false).Select(row => row.Image!.ToRgbImage()).ToList();
        Assert.HasCount(3, read);
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(images[i].Width, read[i].Width);
            CollectionAssert.AreEqual(images[i].Pixels.ToArray(), read[i].Pixels.ToArray());
        }
    }

    private static TemporaryFolder Files(out IDataView rows)
    {
        var folder = new TemporaryFolder();
        for (int i = 0; i < images.Length; i++) File.WriteAllBytes(folder.PathOf($"{i}.png"), ImageFiles.Png(images[i]));
        rows = Rows(new MLContext(), folder, images.Length);
        return folder;
    }

    private static IDataView Rows(MLContext ml, TemporaryFolder folder, int count) =>
        ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new PathRow { ImagePath = folder.PathOf($"{i}.png") }));
}
