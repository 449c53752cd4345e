namespace MLNetDeepExtensions.Images;

/// <summary>A picture cannot be decoded. The message names it, what was expected and what came.</summary>
public sealed class ImageDecodingException : Exception
{
    internal ImageDecodingException(string image, string expected, string actual, Exception? inner = null)
        : base($"Image '{image}': expected {expected}, got {actual}.", inner) => Image = image;

    internal ImageDecodingException(long row, string column, ImageDecodingException inner)
        : base($"Row {row}, column '{column}': {inner.Message}", inner) => Image = inner.Image;

    /// <summary>Path of the picture, or what stands for it.</summary>
    public string Image { get; }
}
