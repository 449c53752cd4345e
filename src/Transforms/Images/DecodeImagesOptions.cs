namespace MLNetDeepExtensions.Images;

/// <summary>What happens to a row whose image cannot be decoded.</summary>
public enum OnBadImage
{
    /// <summary>Reading stops with an <see cref="ImageDecodingException"/> that names row and image.</summary>
    Fail,

    /// <summary>The image is null. A transform cannot leave out a row; this library's trainers count such rows as bad ones, <c>BadRows</c> says what they do then.</summary>
    Empty,
}

/// <summary>How <c>ml.Transforms.DecodeImages</c> finds and decodes images. Saved with the model.</summary>
public sealed record DecodeImagesOptions
{
    /// <summary>Folder that relative paths start from; null: the current directory when the images are read.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>What happens to a row whose image cannot be decoded.</summary>
    public OnBadImage OnBadImage { get; init; }

    /// <summary>Orientation, background and limits.</summary>
    public ImageDecoderOptions Decoder { get; init; } = new();
}
