using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Sources;

/// <summary>Pictures of one size, many to a file, with a class each. Their bytes are in memory; an image is made of them when a row is read.</summary>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Number of rows.</param>
/// <param name="Labels">Class of each picture.</param>
/// <param name="Picture">The picture of a number.</param>
internal sealed record PackedImages(int Width, int Height, IReadOnlyList<string> Labels, Func<int, RgbImage> Picture)
{
    public IDataView ToView(IHostEnvironment env) => new IndexedView(env, Labels.Count,
        new IndexedColumn<MLImage>("Image", new ImageDataViewType(Height, Width), Read),
        new IndexedColumn<ReadOnlyMemory<char>>(
            "Label", TextDataViewType.Instance, (long row, ref ReadOnlyMemory<char> label) => label = Labels[(int)row].AsMemory()));

    private void Read(long row, ref MLImage image)
    {
        // As ML.NET's loader: what a caller hands in again is no longer wanted.
        image?.Dispose();
        image = Picture((int)row).ToMLImage();
    }
}
