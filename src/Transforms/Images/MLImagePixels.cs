using Microsoft.ML.Data;
namespace MLNetDeepExtensions.Images;
internal static class MLImagePixels { public static RgbImage ToRgbImage(this MLImage image) => throw new NotSupportedException(image.ToString()); }
