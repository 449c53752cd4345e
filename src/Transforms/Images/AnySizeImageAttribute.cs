using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

/// <summary>
/// Marks an <see cref="MLImage"/> member of a row class as an image of any size: <c>[AnySizeImage] public MLImage? Image { get; set; }</c>. For rows that go into a
/// pipeline and for rows that come out.
/// </summary>
/// <remarks>ML.NET's own <c>[ImageType]</c> throws in 5.0.1 unless it is given a height and a width, and then accepts images of that size only.</remarks>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class AnySizeImageAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override void Register() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage), this);

    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is AnySizeImageAttribute;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AnySizeImageAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(AnySizeImageAttribute).GetHashCode();
}
