using SkiaSharp;

namespace MLNetDeepExtensions.Sources;

/// <summary>Width and height of an image in pixels.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    public bool IsKnown => Width > 0 && Height > 0;

    /// <summary>
    /// Reads the header of an image file, not its pixels. An image whose EXIF orientation turns it on its side has the size it is
    /// shown at.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is missing or not an image.</exception>
    public static ImageSize OfFile(string path)
    {
        using SKCodec? codec = File.Exists(path) ? SKCodec.Create(path) : null;
        if (codec is null)
            throw new InvalidDataException(File.Exists(path) ? "it is not an image" : "the file does not exist");
        return codec.EncodedOrigin >= SKEncodedOrigin.LeftTop
            ? new ImageSize(codec.Info.Height, codec.Info.Width)
            : new ImageSize(codec.Info.Width, codec.Info.Height);
    }
}
