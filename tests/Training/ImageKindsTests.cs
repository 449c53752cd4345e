using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class ImageKindsTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly TemporaryFolder folder = new();

    private sealed class FileRow
    {
        public string Path { get; set; } = "";

        [KeyType(2)]
        public uint[] Label { get; set; } = [1];

        public float[] BoundingBoxes { get; set; } = [1, 1, 14, 14];
    }

    private sealed class Found
    {
        public float[] Score { get; set; } = [];
    }

    [TestCleanup]
    public void RemoveFolder() => folder.Dispose();

    [TestMethod]
    public void GreyPaletteAlphaAndCmykFilesAreLearntFromTogether()
    {
        string disguised = Write("png.jpg", ImageFiles.Png(ImageFiles.Photo(20, 20)));
        string[] files =
        [
            .. new[] { "grey.jpg", "grey.png", "grey16.png", "grey_alpha.png", "palette.png", "palette_transparent.png", "alpha.png", "cmyk.jpg", "one_bit.png" }
                .Select(name => GoldenImages.PathOf(Path.Combine("formats", name))), disguised,
        ];

        AssertTrainsAndPredicts(files);
    }

    [TestMethod]
    public void TinyAndHugeImagesAreLearntFromTogether() =>
        AssertTrainsAndPredicts(
            Write("tiny.png", ImageFiles.Png(Pictures.Of(1, 1, (_, _) => (1, 2, 3)))), Write("huge.png", HugePng()), Write("usual.jpg", ImageFiles.Jpeg(ImageFiles.Photo(40, 30))));

    [TestMethod]
    public void ATruncatedFileIsNamedWithItsRow()
    {
        byte[] whole = ImageFiles.Jpeg(ImageFiles.Photo(64, 64));
        string good = Write("good.jpg", whole), truncated = Write("truncated.jpg", whole[..(whole.Length / 2)]);

        var fault = Assert.ThrowsExactly<InvalidDataException>(() => Fit(OnBadImage.Fail, BadRows.Fail, good, good, truncated));

        StringAssert.StartsWith(fault.Message, $"Row 2 of the training data cannot be used: Row 2, column 'Path': Image '{truncated}': expected a complete Jpeg of 64x64 pixels, got ");
    }

    [TestMethod]
    [DataRow(OnBadImage.Empty), DataRow(OnBadImage.Fail)]
    public void UnreadableFilesAreSkippedAndCounted(OnBadImage onBadImage)
    {
        byte[] whole = ImageFiles.Jpeg(ImageFiles.Photo(64, 64));
        string good = Write("good.jpg", whole);
        string[] bad = [Write("truncated.jpg", whole[..(whole.Length / 2)]), Write("empty.jpg", []), Write("text.jpg", "no image"u8.ToArray()), folder.PathOf("missing.jpg")];

        using var model = Fit(onBadImage, BadRows.Skip, [good, .. bad, good, good]);

        Assert.AreEqual(4, model.LastTransformer.History.SkippedRows);
    }

    private void AssertTrainsAndPredicts(params string[] files)
    {
        using var model = Fit(OnBadImage.Fail, BadRows.Fail, files);

        Found[] found = [.. ml.Data.CreateEnumerable<Found>(model.Transform(Rows(files)), reuseRowObject: false)];

        Assert.AreEqual(0, model.LastTransformer.History.SkippedRows);
        Assert.HasCount(files.Length, found);
        Assert.IsTrue(found.SelectMany(row => row.Score).All(float.IsFinite));
    }

    private TransformerChain<SSDDetectionTransformer> Fit(OnBadImage onBadImage, BadRows badRows, params string[] files) =>
        ml.Transforms.DecodeImages("Image", "Path", new DecodeImagesOptions { OnBadImage = onBadImage })
            .Append(ml.ObjectDetection.Trainers.SSD(SmallDetectors.Options() with { BadRows = badRows, Augmentation = new() }))
            .Fit(Rows(files));

    private IDataView Rows(params string[] files) => ml.Data.LoadFromEnumerable(files.Select(file => new FileRow { Path = file }).ToList());

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.PathOf(name), bytes);
        return folder.PathOf(name);
    }

    private static byte[] HugePng()
    {
        using var bitmap = new SkiaSharp.SKBitmap(6000, 4000, SkiaSharp.SKColorType.Gray8, SkiaSharp.SKAlphaType.Opaque);
        bitmap.Erase(SkiaSharp.SKColors.DarkGray);
        using SkiaSharp.SKData data = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
