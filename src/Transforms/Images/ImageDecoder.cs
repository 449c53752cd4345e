using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNetDeepExtensions.Images;

/// <summary>
/// Decodes JPEG, PNG, WebP, GIF (the first picture), BMP and ICO, and says what is wrong with a file: truncated, damaged, empty, too large, no image. The content
/// decides, not the name. Colour profiles are not applied. Safe for many threads.
/// </summary>
/// <remarks>ML.NET's LoadImages accepts truncated files, ignores EXIF orientation, lays transparent pixels over black, and has no limit.</remarks>
public sealed class ImageDecoder
{
    private readonly ImageDecoderOptions options;

    /// <summary>A decoder by these options; the defaults if null.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public ImageDecoder(ImageDecoderOptions? options = null)
    {
        this.options = options ?? new ImageDecoderOptions();
        this.options.Validate();
    }

    /// <summary>Reads and decodes a file.</summary>
    /// <exception cref="ImageDecodingException">The file is missing, unreadable or not a complete image within the limits.</exception>
    public RgbImage Decode(string path) => Decode(ReadFile(path), path);

    /// <summary>Decodes the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Stands for the image in errors.</param>
    /// <exception cref="ImageDecodingException">The bytes are not a complete image within the limits.</exception>
    public RgbImage Decode(ReadOnlySpan<byte> bytes, string name)
    {
        var picture = DecodePixels(bytes, name);
        return MLImagePixels.Unpack(picture.Bgra, picture.Width, picture.Height, blueFirst: true, options.Background);
    }

    /// <summary>Reads and decodes a file to an opaque ML.NET image with its path as tag; the caller disposes it.</summary>
    /// <inheritdoc cref="Decode(string)"/>
    public MLImage DecodeToMLImage(string path)
    {
        var image = DecodeToMLImage(ReadFile(path), path);
        image.Tag = path;
        return image;
    }

    /// <summary>Decodes the bytes of a file to an opaque ML.NET image; the caller disposes it.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string)"/>
    public MLImage DecodeToMLImage(ReadOnlySpan<byte> bytes, string name)
    {
        var picture = DecodePixels(bytes, name);
        if (!picture.IsOpaque) MLImagePixels.Flatten(picture.Bgra, options.Background);
        return MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Bgra32, picture.Bgra);
    }

    private byte[] ReadFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            long length = new FileInfo(path).Length;
            return length <= options.MaxBytes
                ? File.ReadAllBytes(path)
                : throw new ImageDecodingException(path, $"at most {options.MaxBytes} bytes", $"{length} bytes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImageDecodingException(path, "a readable file", $"{exception.GetType().Name}: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private BgraPicture DecodePixels(ReadOnlySpan<byte> bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (bytes.IsEmpty) throw new ImageDecodingException(name, "an image", "no bytes at all");
        if (bytes.Length > options.MaxBytes) throw new ImageDecodingException(name, $"at most {options.MaxBytes} bytes", $"{bytes.Length} bytes");
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        // WBMP has no signature: bytes that are no image at all can look like one.
        if (codec is null || codec.EncodedFormat == SKEncodedImageFormat.Wbmp)
            throw new ImageDecodingException(name, "a JPEG, PNG, WebP, GIF, BMP or ICO image", $"{bytes.Length} bytes that begin with {Start(bytes)}");
        var picture = Read(codec, name);
        return options.ApplyOrientation ? picture.Turned(codec.EncodedOrigin) : picture;
    }

    private BgraPicture Read(SKCodec codec, string name)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > options.MaxPixels)
            throw new ImageDecodingException(name, $"at most {options.MaxPixels} pixels", $"{width}x{height} = {(long)width * height}");
        var pixels = new byte[4 * width * height];
        // Without a colour space nothing is converted.
        var format = new SKImageInfo(width, height, SKColorType.Bgra8888, codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul);
        var result = codec.GetPixels(format, pixels);
        if (result != SKCodecResult.Success)
            throw new ImageDecodingException(name, $"a complete {codec.EncodedFormat} of {width}x{height} pixels", result switch
            {
                SKCodecResult.IncompleteInput => "a truncated one",
                _ => $"a truncated or damaged one ({result})",
            });
        return new(width, height, codec.Info.IsOpaque, pixels);
    }

    private static string Start(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)]);
}
