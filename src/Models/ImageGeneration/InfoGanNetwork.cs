using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Settings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Generator, discriminator and recognition network of an InfoGAN (Chen et al., arXiv 1606.03657, appendix C).</summary>
/// <remarks>
/// Differs from the paper: images are -1 to 1 and all generators end in tanh, where the authors' program has sigmoid and 0 to 1 for grey images, which is the
/// same up to scale. First weights are normal (0.02), as in that program. Weights are laid out channels-last: on some processors libtorch's gradients of
/// convolutions are wrong otherwise.
/// </remarks>
public sealed class InfoGanNetwork : nn.Module<Tensor, Tensor>
{
    private readonly InfoGanGeneratorNetwork generator;
    private readonly InfoGanDiscriminator discriminator;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public InfoGanNetwork(InfoGanNetworkOptions options) : base(nameof(InfoGanNetwork))
    {
        options.Faults().ThrowIfAny(nameof(InfoGanNetworkOptions), nameof(options));
        Options = options;
        using var scope = NewDisposeScope();
        generator = new InfoGanGeneratorNetwork(options);
        discriminator = new InfoGanDiscriminator(options);
        RegisterComponents();
        GaussianInitialisation.Apply(this);
        ChannelsLast.Apply(this);
    }

    /// <summary>What the network was made from.</summary>
    public InfoGanNetworkOptions Options { get; }

    internal InfoGanGeneratorNetwork Generator => generator;

    internal InfoGanDiscriminator Discriminator => discriminator;

    /// <summary>Images [N, channels, side, side], -1 to 1.</summary>
    /// <param name="inputs_NI">Noise, one-hot categories, continuous codes.</param>
    public override Tensor forward(Tensor inputs_NI) => generator.call(inputs_NI);
}

/// <summary>Noise and codes to images.</summary>
internal sealed class InfoGanGeneratorNetwork : nn.Module<Tensor, Tensor>
{
    private readonly int startSide;
    private readonly ModuleList<InfoGanDense> dense = new();
    private readonly ModuleList<InfoGanUp> up = new();

    public InfoGanGeneratorNetwork(InfoGanNetworkOptions options) : base(nameof(InfoGanGeneratorNetwork))
    {
        InfoGanTable table = InfoGanTable.Of(options.Architecture);
        startSide = options.ImageSize / table.Scale;
        int units = options.NoiseSize + InfoGanCodes.Of(options).Size;
        if (table.GeneratorDense is { } hidden)
        {
            dense.Add(new InfoGanDense(units, options.Scaled(hidden), isNormalised: true));
            units = options.Scaled(hidden);
        }
        int channels = options.Scaled(table.GeneratorStart);
        dense.Add(new InfoGanDense(units, channels * startSide * startSide, isNormalised: true));
        foreach (InfoGanConvolution layer in table.Generator)
        {
            up.Add(new InfoGanUp(channels, layer with { Channels = options.Scaled(layer.Channels) }));
            channels = options.Scaled(layer.Channels);
        }
        up.Add(new InfoGanUp(channels, new InfoGanConvolution(options.Channels, IsNormalised: false)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor inputs_NI)
    {
        using var scope = NewDisposeScope();
        Tensor x = dense.Aggregate(inputs_NI, (input, layer) => layer.call(input).relu());
        x = x.view(x.shape[0], -1, startSide, startSide);
        foreach (InfoGanUp layer in up.SkipLast(1))
            x = layer.call(x).relu();
        return up[^1].call(x).tanh().MoveToOuterDisposeScope();
    }
}

/// <summary>What a discriminator says of images.</summary>
/// <param name="Realness_N">Logits: above 0 for real.</param>
/// <param name="Codes_NP">For each categorical code its logits, then the means of the continuous codes, then, if they are learned, log deviations.</param>
internal sealed record InfoGanOutput(Tensor Realness_N, Tensor Codes_NP);

/// <summary>Images to whether they are real, and to the codes that they were made from: the two networks share all layers but the last ones.</summary>
internal sealed class InfoGanDiscriminator : nn.Module<Tensor, Tensor>
{
    private const double Slope = 0.1;
    private readonly ModuleList<InfoGanDown> down = new();
    private readonly InfoGanDense? dense;
    private readonly Linear realness;
    private readonly InfoGanDense? codes_hidden;
    private readonly Linear codes;

    public InfoGanDiscriminator(InfoGanNetworkOptions options) : base(nameof(InfoGanDiscriminator))
    {
        InfoGanTable table = InfoGanTable.Of(options.Architecture);
        (int channels, int side) = (options.Channels, options.ImageSize);
        foreach (InfoGanConvolution layer in table.Trunk)
        {
            down.Add(new InfoGanDown(channels, layer with { Channels = options.Scaled(layer.Channels) }));
            (channels, side) = (options.Scaled(layer.Channels), side / layer.Stride);
        }
        int features = channels * side * side;
        if (table.TrunkDense is { } units)
        {
            dense = new InfoGanDense(features, options.Scaled(units), table.TrunkDenseIsNormalised);
            features = options.Scaled(units);
        }
        realness = nn.Linear(features, 1);
        if (table.CodesDense is { } hidden)
        {
            codes_hidden = new InfoGanDense(features, options.Scaled(hidden), isNormalised: true);
            features = options.Scaled(hidden);
        }
        InfoGanCodes layout = InfoGanCodes.Of(options);
        codes = nn.Linear(features, layout.CategorySize + layout.Continuous * (options.LearnsDeviation ? 2 : 1));
        RegisterComponents();
    }

    /// <summary>The features that both heads look at.</summary>
    public Tensor Features(Tensor images_NCHW)
    {
        using var scope = NewDisposeScope();
        Tensor x = down.Aggregate(images_NCHW, (input, layer) => nn.functional.leaky_relu(layer.call(input), Slope)).flatten(1);
        return (dense is null ? x : nn.functional.leaky_relu(dense.call(x), Slope)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether images are real: logits [N], Float32.</summary>
    public Tensor Realness(Tensor features_NF) => realness.call(features_NF.to(realness.weight.dtype)).flatten().to(ScalarType.Float32);

    /// <summary>The posterior of the codes (section 5: Q(c|x)): parameters [N, P], Float32; see <see cref="InfoGanOutput"/>.</summary>
    public Tensor Codes(Tensor features_NF)
    {
        using var scope = NewDisposeScope();
        Tensor x_NF = codes_hidden is null ? features_NF : nn.functional.leaky_relu(codes_hidden.call(features_NF), Slope);
        return codes.call(x_NF.to(codes.weight.dtype)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Codes of images.</summary>
    public override Tensor forward(Tensor images_NCHW)
    {
        using var scope = NewDisposeScope();
        return Codes(Features(images_NCHW)).MoveToOuterDisposeScope();
    }

    /// <summary>Both answers from one pass through the shared layers.</summary>
    public InfoGanOutput Judge(Tensor images_NCHW)
    {
        Tensor features_NF = Features(images_NCHW);
        return new InfoGanOutput(Realness(features_NF), Codes(features_NF));
    }
}
