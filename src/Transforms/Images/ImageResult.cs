using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Images;

/// <summary>A column of images that a transformer adds: of any size, as <see cref="AnySizeImageAttribute"/> declares it.</summary>
internal static class ImageResult
{
    public static SchemaShape.Column Promise(string name) => ColumnShapes.Scalar(name, new ImageDataViewType());

    /// <summary>An image taken from a result; a row for which there is none has a missing image (null).</summary>
    public static ResultColumn<TResult> Deliver<TResult>(string name, Func<TResult, RgbImage?> imageOf) =>
        new ResultColumn<TResult, MLImage>(name, new ImageDataViewType(), null, (TResult result, ref MLImage image) =>
        {
            // As ML.NET's loader: what a caller hands in again is no longer wanted. A new image each time, since callers may keep them.
            image?.Dispose();
            image = imageOf(result)?.ToMLImage()!;
        });
}
