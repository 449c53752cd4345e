using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What one code of a generator does, as in figure 2 of the paper: each row is one sample whose other inputs stay, each column one value of the code.</summary>
/// <param name="Code">Number of the code, from 0: categorical ones first.</param>
/// <param name="Values">Of the code, one for each column.</param>
/// <param name="Rows">For each sample, an image for each value.</param>
public sealed record CodeTraversal(int Code, IReadOnlyList<float> Values, IReadOnlyList<IReadOnlyList<RgbImage>> Rows)
{
    /// <summary>All images in one picture.</summary>
    public RgbImage ToImage() => ImageGrid.Of([.. Rows.SelectMany(row => row)], Values.Count);
}
