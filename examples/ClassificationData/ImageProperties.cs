using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Examples;

/// <summary>What decides on a recipe: how large images are, and whether they have colours.</summary>
internal sealed record ImageProperties(int LongerSide, bool IsGrey)
{
    /// <summary>Of the first row of a view with a column <c>Image</c>; null if there is none.</summary>
    public static ImageProperties? OfFirst(IDataView view)
    {
        if (view.GetColumn<MLImage>("Image").FirstOrDefault()?.ToRgbImage() is not { } image)
            return null;
        bool isGrey = image.Plane(0).SequenceEqual(image.Plane(1)) && image.Plane(1).SequenceEqual(image.Plane(2));
        return new ImageProperties(Math.Max(image.Width, image.Height), isGrey);
    }
}
