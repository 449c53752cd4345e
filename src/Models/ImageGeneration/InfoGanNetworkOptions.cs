namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// What an InfoGAN is (Chen et al., NIPS 2016, arXiv 1606.03657). Saved with the weights; defaults are the paper's for MNIST. The numbers of codes are those
/// of appendix C, where they differ from the main text's.
/// </summary>
public sealed record InfoGanNetworkOptions
{
    /// <summary>Grey images of 28 pixels; one category of 10, two continuous codes (appendix C.1).</summary>
    public static InfoGanNetworkOptions Mnist { get; } = new();

    /// <summary>Coloured images of 32 pixels; four categories of 10, four continuous codes (appendix C.2).</summary>
    public static InfoGanNetworkOptions Svhn { get; } = new()
    {
        Architecture = InfoGanArchitecture.Svhn, ImageSize = 32, Channels = 3, CategoricalCodes = [10, 10, 10, 10], ContinuousCodes = 4, NoiseSize = 124,
    };

    /// <summary>Coloured images of 32 pixels; ten categories of 10 (appendix C.3).</summary>
    public static InfoGanNetworkOptions CelebA { get; } = Svhn with
    {
        CategoricalCodes = [10, 10, 10, 10, 10, 10, 10, 10, 10, 10], ContinuousCodes = 0, NoiseSize = 128,
    };

    /// <summary>Grey images of 32 pixels; five continuous codes (appendix C.4).</summary>
    public static InfoGanNetworkOptions Faces { get; } = new()
    {
        Architecture = InfoGanArchitecture.Faces, ImageSize = 32, CategoricalCodes = [], ContinuousCodes = 5, NoiseSize = 128,
    };

    /// <summary>Grey images of 64 pixels; three categories of 20, one continuous code (appendix C.5).</summary>
    public static InfoGanNetworkOptions Chairs { get; } = new()
    {
        Architecture = InfoGanArchitecture.Chairs, ImageSize = 64, CategoricalCodes = [20, 20, 20], ContinuousCodes = 1, NoiseSize = 128,
    };

    /// <summary>The layers.</summary>
    public InfoGanArchitecture Architecture { get; init; }

    /// <summary>Side in pixels of the square images, up to 256: a multiple of 4, of 16 with <see cref="InfoGanArchitecture.Svhn"/>, of 8 with
    /// <see cref="InfoGanArchitecture.Chairs"/>.</summary>
    public int ImageSize { get; init; } = 28;

    /// <summary>1: grey images; 3: coloured ones.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>For each categorical code, the number of its values, at least 2; each value is as likely as the others.</summary>
    public int[] CategoricalCodes { get; init; } = [10];

    /// <summary>Number of continuous codes, each uniform from -1 to 1.</summary>
    public int ContinuousCodes { get; init; } = 2;

    /// <summary>Size of the noise that no code describes. At least 1.</summary>
    public int NoiseSize { get; init; } = 62;

    /// <summary>
    /// Whether the deviation of a continuous code is read from the image beside its mean (appendix C). Otherwise it is 1, as in the authors' program for MNIST,
    /// and the codes are learned by squared error.
    /// </summary>
    public bool LearnsDeviation { get; init; } = true;

    /// <summary>
    /// Factor on the channels and units of all layers, above 0; 1 is the paper's. Less learns faster and draws less well. Results are rounded to multiples of
    /// 16, at least 16: processors convolve whole vectors of channels.
    /// </summary>
    public double Width { get; init; } = 1;

    /// <summary>Channels or units of a layer by <see cref="Width"/>.</summary>
    internal int Scaled(int units) => 16 * Math.Max(1, (int)Math.Round(units * Width / 16));

    /// <inheritdoc/>
    public bool Equals(InfoGanNetworkOptions? other) => other is not null && Architecture == other.Architecture && ImageSize == other.ImageSize
        && Channels == other.Channels && CategoricalCodes.SequenceEqual(other.CategoricalCodes) && ContinuousCodes == other.ContinuousCodes
        && NoiseSize == other.NoiseSize && LearnsDeviation == other.LearnsDeviation && Width.Equals(other.Width);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Architecture, ImageSize, Channels, CategoricalCodes.Length, ContinuousCodes, NoiseSize, LearnsDeviation, Width);

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        const int LargestSide = 256;
        if (!Enum.IsDefined(Architecture))
            yield return $"{nameof(Architecture)}: expected a member of {nameof(InfoGanArchitecture)}, got {Architecture}.";
        else if (InfoGanTable.Of(Architecture).Scale is var scale && (ImageSize < scale || ImageSize > LargestSide || ImageSize % scale != 0))
            yield return $"{nameof(ImageSize)}: expected a multiple of {scale} up to {LargestSide} with {Architecture}, got {ImageSize}.";
        if (Channels is not (1 or 3))
            yield return $"{nameof(Channels)}: expected 1 or 3, got {Channels}.";
        if (CategoricalCodes is null || !CategoricalCodes.All(values => values is >= 2 and <= 1000))
            yield return $"{nameof(CategoricalCodes)}: expected 2 to 1000 values for each, got {(CategoricalCodes is null ? "null" : string.Join(", ", CategoricalCodes))}.";
        if (ContinuousCodes is < 0 or > 1000)
            yield return $"{nameof(ContinuousCodes)}: expected 0 to 1000, got {ContinuousCodes}.";
        if (CategoricalCodes is [] && ContinuousCodes == 0)
            yield return $"{nameof(CategoricalCodes)}, {nameof(ContinuousCodes)}: expected at least one code, got none.";
        if (NoiseSize is < 1 or > 10_000)
            yield return $"{nameof(NoiseSize)}: expected 1 to 10000, got {NoiseSize}.";
        if (Width is not (> 0 and <= 8))
            yield return $"{nameof(Width)}: expected above 0 to 8, got {Width}.";
    }
}
