namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The networks of the paper's appendix C.</summary>
public enum InfoGanArchitecture
{
    /// <summary>Table 1, for MNIST (28 pixels): two convolutions and a dense layer of 1024; a hidden layer of 128 before the codes.</summary>
    Mnist,

    /// <summary>Tables 2 and 3, for SVHN and CelebA (32 pixels): three convolutions, no dense layer; a hidden layer of 128 before the codes.</summary>
    Svhn,

    /// <summary>Table 4, for faces (32 pixels): as <see cref="Mnist"/>, and the codes are read by the last layer alone.</summary>
    Faces,

    /// <summary>Table 5, for chairs (64 pixels): five convolutions and a dense layer of 1024; the codes are read by the last layer alone.</summary>
    Chairs,
}

/// <summary>A convolution of the trunk, or of the generator transposed.</summary>
/// <param name="Channels">What comes out.</param>
/// <param name="Stride">1 or 2; kernels are 4 x 4.</param>
/// <param name="IsNormalised">Whether batch normalisation follows.</param>
internal sealed record InfoGanConvolution(int Channels, int Stride = 2, bool IsNormalised = true);

/// <summary>A row of appendix C: what stands in a trunk and in a generator.</summary>
internal sealed record InfoGanTable
{
    /// <summary>Of the trunk, from the image on.</summary>
    public required InfoGanConvolution[] Trunk { get; init; }

    /// <summary>Units of the dense layer after the trunk's convolutions; null for none.</summary>
    public int? TrunkDense { get; init; }

    /// <summary>Whether batch normalisation follows that dense layer.</summary>
    public bool TrunkDenseIsNormalised { get; init; } = true;

    /// <summary>Units of the hidden layer before the codes; null for none.</summary>
    public int? CodesDense { get; init; }

    /// <summary>Units of the generator's first dense layer; null for none.</summary>
    public int? GeneratorDense { get; init; }

    /// <summary>Channels of the map that the generator's last dense layer gives.</summary>
    public int GeneratorStart { get; init; }

    /// <summary>Of the generator, without the last one, which makes the image.</summary>
    public required InfoGanConvolution[] Generator { get; init; }

    /// <summary>Sides of images are multiples of this: by so much the generator enlarges its first map.</summary>
    public int Scale => Generator.Append(LastOfGenerator).Aggregate(1, (scale, layer) => scale * layer.Stride);

    private static InfoGanConvolution LastOfGenerator { get; } = new(0);

    public static InfoGanTable Of(InfoGanArchitecture architecture) => architecture switch
    {
        InfoGanArchitecture.Mnist => Small with { CodesDense = 128 },
        InfoGanArchitecture.Faces => Small,
        InfoGanArchitecture.Svhn => new InfoGanTable
        {
            Trunk = [new(64, IsNormalised: false), new(128), new(256)],
            CodesDense = 128,
            GeneratorStart = 448,
            Generator = [new(256), new(128, IsNormalised: false), new(64, IsNormalised: false)],
        },
        InfoGanArchitecture.Chairs => new InfoGanTable
        {
            Trunk = [new(64, IsNormalised: false), new(128), new(256), new(256, Stride: 1), new(256, Stride: 1)],
            TrunkDense = 1024, TrunkDenseIsNormalised = false,
            GeneratorDense = 1024, GeneratorStart = 256,
            Generator = [new(256, Stride: 1), new(256, Stride: 1), new(128), new(64)],
        },
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, null),
    };

    private static InfoGanTable Small { get; } = new()
    {
        Trunk = [new(64, IsNormalised: false), new(128)],
        TrunkDense = 1024,
        GeneratorDense = 1024, GeneratorStart = 128,
        Generator = [new(64)],
    };
}
