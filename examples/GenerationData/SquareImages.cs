using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Examples;

/// <summary>The images of a view as a generator learns them: the middle square of each, at one size.</summary>
internal static class SquareImages
{
    public static IEnumerable<RgbImage> Of(IDataView view, int side) => view.GetColumn<MLImage>("Image").Select(image => Square(image.ToRgbImage(), side));

    private static RgbImage Square(RgbImage image, int side) =>
        image.Resample(ImageWindow.Centre(image.Width, image.Height), side, side, Resampling.AntialiasedBilinear).ToImage();
}
