using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Images;

[TestClass]
public sealed class ImageDecoderTests
{
    private static readonly ImageDecoder decoder = new();

    [TestMethod]
    public void KindsOfFilesEqualPillow()
    {
        foreach (var (name, expected) in GoldenImages.Read<Dictionary<string, byte[]>>("formats.json"))
        {
            var image = decoder.Decode(GoldenImages.PathOf(Path.Combine("formats", name)));
            Assert.AreEqual((20, 14), (image.Width, image.Height), name);
            // Decoders of JPEG differ in the last bits; translucent pixels are rounded before and after the background is added.
            int tolerance = name.EndsWith("jpg") ? 4 : name.Contains("alpha") || name.Contains("lossless") ? 1 : 0;
            Assert.IsLessThanOrEqualTo(tolerance, Largest(expected, image.Pixels), name);
            using var same = decoder.DecodeToMLImage(GoldenImages.PathOf(Path.Combine("formats", name)));
            CollectionAssert.AreEqual(image.Pixels.ToArray(), same.ToRgbImage().Pixels.ToArray(), name);
        }
    }

    // Corners of the file: red, green / blue, white.
    [TestMethod]
    [DataRow((byte)1, "RGBW")]
    [DataRow((byte)2, "GRWB")]
    [DataRow((byte)3, "WBGR")]
    [DataRow((byte)4, "BWRG")]
    [DataRow((byte)5, "RBGW")]
    [DataRow((byte)6, "BRWG")]
    [DataRow((byte)7, "WGBR")]
    [DataRow((byte)8, "GWRB")]
    public void PhotographsAreTurnedTheRightWayUp(byte orientation, string corners)
    {
        var stored = Pictures.Of(48, 32, (x, y) => (x < 24, y < 16) switch
        {
            (true, true) => (255, 0, 0),
            (false, true) => (0, 255, 0),
            (true, false) => (0, 0, 255),
            _ => ((byte)255, (byte)255, (byte)255),
        });
        byte[] file = ImageFiles.WithOrientation(ImageFiles.Jpeg(stored), orientation);
        var image = decoder.Decode(file, "turned");
        Assert.AreEqual(orientation < 5 ? (48, 32) : (32, 48), (image.Width, image.Height));
        Assert.AreEqual(corners, Corners(image));
        Assert.AreEqual("RGBW", Corners(new ImageDecoder(new() { ApplyOrientation = false }).Decode(file, "as stored")));
        using var same = decoder.DecodeToMLImage(file, "turned");
        Assert.AreEqual(corners, Corners(same.ToRgbImage()));
    }

    [TestMethod]
    public void TruncatedFilesAreErrorsThatSaySo()
    {
        var photo = ImageFiles.Photo(160, 120);
        foreach (byte[] file in new[] { ImageFiles.Jpeg(photo), ImageFiles.Png(photo), File.ReadAllBytes(GoldenImages.PathOf("formats/progressive.jpg")) })
            foreach (double part in new[] { 0.5, 0.8, 0.97 })
            {
                var error = Refused(file[..(int)(file.Length * part)]);
                Assert.Contains("complete", error.Message);
                Assert.Contains("truncated", error.Message);
            }
    }

    [TestMethod]
    public void NoBeginningOfAFileCrashes()
    {
        foreach (string path in Directory.GetFiles(GoldenImages.PathOf("formats")))
        {
            byte[] file = File.ReadAllBytes(path);
            for (int length = 0; length < Math.Min(60, file.Length / 2); length++) Refused(file[..length]);
        }
    }

    [TestMethod]
    public void DamagedFilesNeverCrash()
    {
        var random = new SampleRandom(1, 0, 0);
        foreach (string path in Directory.GetFiles(GoldenImages.PathOf("formats")))
            for (int attempt = 0; attempt < 60; attempt++)
            {
                byte[] file = File.ReadAllBytes(path);
                for (int i = 0; i < 3; i++) file[random.Below(file.Length)] = (byte)random.Below(256);
                try
                {
                    var image = new ImageDecoder(new() { MaxPixels = 1_000_000 }).Decode(file, path);
                    Assert.IsGreaterThan(0, image.Width);
                }
                catch (ImageDecodingException)
                {
                    // Refusing is right; other exceptions are not.
                }
            }
    }

    [TestMethod]
    public void ErrorsNameTheImageWhatWasExpectedAndWhatCame()
    {
        Assert.AreEqual("Image 'x': expected an image, got no bytes at all.", Refused([]).Message);
        Assert.AreEqual("Image 'x': expected a JPEG, PNG, WebP, GIF, BMP or ICO image, got 5 bytes that begin with 68656C6C6F.", Refused("hello"u8.ToArray()).Message);
        Assert.Contains("begin with 0000000000000000", Refused(new byte[100]).Message);
        Assert.AreEqual("Image 'x': expected at most 100000000 pixels, got 60000x60000 = 3600000000.", Refused(ImageFiles.PngHeader(60000, 60000)).Message);
        var small = new ImageDecoder(new() { MaxBytes = 3 });
        Assert.AreEqual("Image 'x': expected at most 3 bytes, got 4 bytes.", Assert.ThrowsExactly<ImageDecodingException>(() => small.Decode(new byte[4], "x")).Message);
    }

    [TestMethod]
    public void FilesThatCannotBeReadAreNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.PathOf("empty.jpg"), []);
        File.WriteAllBytes(folder.PathOf("long.jpg"), new byte[11]);
        foreach (string path in new[] { folder.PathOf("empty.jpg"), folder.PathOf("missing.jpg"), folder.Path, "a\0b", "" })
        {
            var error = Assert.ThrowsExactly<ImageDecodingException>(() => decoder.Decode(path));
            Assert.AreEqual(path, error.Image);
            Assert.Contains($"'{path}'", error.Message);
        }
        Assert.Contains("at most 10 bytes", Assert.ThrowsExactly<ImageDecodingException>(() => new ImageDecoder(new() { MaxBytes = 10 }).Decode(folder.PathOf("long.jpg"))).Message);
    }

    [TestMethod]
    public void TheContentDecidesNotTheName()
    {
        using var folder = new TemporaryFolder();
        var image = Pictures.Noise(9, 5);
        File.WriteAllBytes(folder.PathOf("actually_png.jpg"), ImageFiles.Png(image));
        CollectionAssert.AreEqual(image.Pixels.ToArray(), decoder.Decode(folder.PathOf("actually_png.jpg")).Pixels.ToArray());
    }

    [TestMethod]
    public void TransparentPixelsShowTheBackground()
    {
        string path = GoldenImages.PathOf("formats/alpha.png");
        Assert.AreEqual((255, 255, 255), ((int, int, int))decoder.Decode(path)[0, 0]);
        var blue = new ImageDecoder(new() { Background = new(0, 0, 1) });
        Assert.AreEqual((0, 0, 255), ((int, int, int))blue.Decode(path)[0, 0]);
        using var image = blue.DecodeToMLImage(path);
        Assert.AreEqual((0, 0, 255), ((int, int, int))image.ToRgbImage()[0, 0]);
    }

    [TestMethod]
    public void TheSmallestAndALargeImageDecode()
    {
        Assert.AreEqual((7, 8, 9), ((int, int, int))decoder.Decode(ImageFiles.Png(RgbImage.Filled(1, 1, 7, 8, 9)), "1x1")[0, 0]);
        using var bitmap = new SkiaSharp.SKBitmap(6000, 4000);
        bitmap.Erase(SkiaSharp.SKColors.Red);
        using var jpeg = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Jpeg, 80);
        var image = decoder.Decode(jpeg.AsSpan(), "large");
        Assert.AreEqual((6000, 4000), (image.Width, image.Height));
        Assert.IsGreaterThan(250, image[5999, 3999].Red);
    }

    [TestMethod]
    public void ImpossibleOptionsAreRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new ImageDecoder(new() { MaxPixels = 0, Background = new(0, 2, 0) }));
        Assert.AreEqual("ImageDecoderOptions is not valid:\n  MaxPixels: expected 1 to 500000000, got 0\n  Background: expected channels from 0 to 1, got 2", error.Message);
    }

    private static ImageDecodingException Refused(byte[] file) => Assert.ThrowsExactly<ImageDecodingException>(() => decoder.Decode(file, "x"));

    private static string Corners(RgbImage image) =>
        string.Concat(from y in new[] { 3, image.Height - 4 } from x in new[] { 3, image.Width - 4 } select Name(image[x, y]));

    private static char Name((byte Red, byte Green, byte Blue) pixel) => pixel switch { ( > 200, > 200, > 200) => 'W', ( > 200, _, _) => 'R', (_, > 200, _) => 'G', _ => 'B' };

    private static int Largest(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int largest = 0;
        for (int i = 0; i < a.Length; i++) largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        return largest;
    }
}
