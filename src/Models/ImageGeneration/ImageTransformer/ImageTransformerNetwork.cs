using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What images are generated from, besides pixels that are there already.</summary>
/// <param name="Classes_N">Int64, from 0, if the network has classes.</param>
/// <param name="Sources_NChw">The small images, Int64 from 0 to 255, if the network makes images larger.</param>
public sealed record ImageCondition(Tensor? Classes_N = null, Tensor? Sources_NChw = null)
{
    /// <summary>Nothing.</summary>
    public static ImageCondition None { get; } = new();
}

/// <summary>
/// The Image Transformer (Parmar et al., ICML 2018, arXiv 1802.05751): says, for every byte of an image, how likely each value is given all
/// bytes before it.
/// </summary>
/// <remarks>
/// There are no public weights under PyTorch names. Differs from the published code: the first position of a two-dimensional block is given
/// the last byte of the block before it, not zeros, since the last byte of a block would otherwise be seen by none; layers use one fixed
/// block length, also for images shorter than two blocks; first weights are Glorot's; an encoder of super-resolution always attends to the whole small image,
/// whose pixels say where they are by the mean of the large pixels' positions, not by positions of their own: the decoder finds sooner which of them it is to
/// look at.
/// </remarks>
public sealed class ImageTransformerNetwork : nn.Module<Tensor, ImageCondition, Tensor>
{
    private readonly ConstantTensor order_T;
    private readonly BlockAttention local;
    private readonly PixelEmbedding pixels;
    private readonly PixelPositions positions;
    private readonly TokenEmbedding? classes;
    private readonly SourceEncoder? encoder;
    private readonly SourceWindow? window;
    private readonly ModuleList<ImageTransformerLayer> layers;
    private readonly Linear output;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public ImageTransformerNetwork(ImageTransformerNetworkOptions options) : base(nameof(ImageTransformerNetwork))
    {
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(ImageTransformerNetworkOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        Options = options;
        Grid = PixelGrid.Of(options.ImageSize, options.Channels, options.Output);
        Layout = options.Attention.Blocks(Grid.Rows, Grid.Columns);
        Distribution = PixelDistribution.Of(options.Output, options.Channels, options.Mixtures);
        using var scope = NewDisposeScope();
        pixels = PixelEmbedding.Of(Grid, options.Output, options.Width);
        positions = PixelPositions.Of(options.Positions, Grid, Layout.Order, options.Width);
        if (options.Classes > 0)
            classes = PixelEmbedding.Table(options.Classes, options.Width);
        if (options.SuperResolution is { } larger)
        {
            encoder = new SourceEncoder(options);
            window = larger.Radius is { } radius ? new SourceWindow(Grid, encoder.Grid, Layout.Order, radius) : null;
        }
        local = new BlockAttention(Layout);
        layers = nn.ModuleList<ImageTransformerLayer>(
            [.. Enumerable.Range(0, options.Layers).Select(_ => new ImageTransformerLayer(options, local, seesSource: encoder is not null))]);
        // Section 3.4; the published code has no biases on mixtures.
        output = Dense.Of(options.Width, Distribution.Parameters, biases: options.Output == PixelOutput.Categorical);
        RegisterComponents();
        order_T = new ConstantTensor(tensor([.. Layout.Order.Select(place => (long)place)]));
    }

    /// <summary>What the network was made from.</summary>
    public ImageTransformerNetworkOptions Options { get; }

    /// <summary>Bytes of an image: its pixels times their channels.</summary>
    public int ByteCount => Grid.Positions * Grid.Values;

    internal PixelGrid Grid { get; }

    internal AttentionBlocks Layout { get; }

    internal PixelDistribution Distribution { get; }

    /// <summary>The number format of what goes from layer to layer.</summary>
    internal ScalarType Format => layers[0].Format;

    /// <summary>Where the weights are.</summary>
    internal Device Device => output.weight.device;

    internal IEnumerable<ImageTransformerLayer> Layers => layers;

    /// <summary>What the network says about each position given those before it, [N, T, numbers of a distribution], in the order of
    /// generation.</summary>
    /// <param name="pixels_NCHW">Int64, 0 to 255.</param>
    /// <param name="condition">What images are generated from.</param>
    /// <exception cref="ArgumentException">A tensor has another shape or is missing.</exception>
    public override Tensor forward(Tensor pixels_NCHW, ImageCondition condition)
    {
        using var scope = NewDisposeScope();
        return Parameters(InOrder(pixels_NCHW), condition).MoveToOuterDisposeScope();
    }

    /// <summary>Log-probability in nats of each image, [N], the sum over all its bytes.</summary>
    /// <inheritdoc cref="forward"/>
    public Tensor LogProbability(Tensor pixels_NCHW, ImageCondition condition)
    {
        using var scope = NewDisposeScope();
        return Distribution.LogProbability(call(pixels_NCHW, condition), InOrder(pixels_NCHW)).sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>Bytes [N, T, values] in the order of generation.</summary>
    internal Tensor InOrder(Tensor pixels_NCHW)
    {
        Grid.Check(pixels_NCHW, nameof(pixels_NCHW));
        using var scope = NewDisposeScope();
        Tensor raster_NTc = Grid.ToPositions(pixels_NCHW);
        return (Layout.IsRaster ? raster_NTc : raster_NTc.index_select(1, order_T.On(Device))).MoveToOuterDisposeScope();
    }

    /// <summary>Images [N, channels, height, width] of bytes in the order of generation.</summary>
    internal Tensor ToPixels(Tensor values_NTc)
    {
        using var scope = NewDisposeScope();
        return Grid.ToPixels(values_NTc.index_select(1, order_T.On(Device).argsort())).MoveToOuterDisposeScope();
    }

    /// <summary>What the encoder makes of the small images; null without one.</summary>
    internal Tensor? Source(ImageCondition condition)
    {
        if (encoder is null)
            return null;
        Tensor sources_NChw = condition.Sources_NChw ?? throw new ArgumentException("The network makes images larger: expected small images, got none.");
        using var scope = NewDisposeScope();
        Tensor raster_Tw = positions.Vectors(Device).index_select(0, order_T.On(Device).argsort());
        return encoder.call(sources_NChw, Grid.Reduced(raster_Tw, Options.SuperResolution!.Factor)).MoveToOuterDisposeScope();
    }

    /// <summary>Where a position [T] sees one of the small image [S]; null for everywhere.</summary>
    internal Tensor? SeenSource() => window?.Seen(Device);

    /// <summary>
    /// What goes into the first layer: at each position the bytes of the one before it, nothing at the first; where it is; and the class.
    /// Shifted first, so that a position says where the byte is that is to be predicted.
    /// </summary>
    /// <param name="values_NTc">Bytes in the order of generation.</param>
    /// <param name="condition">What images are generated from.</param>
    internal Tensor Input(Tensor values_NTc, ImageCondition condition)
    {
        Tensor embedded_NTw = pixels.call(values_NTc, order_T.On(Device));
        Tensor shifted_NTw = cat([zeros_like(embedded_NTw[.., ..1]), embedded_NTw[.., ..^1]], 1);
        return nn.functional.dropout((shifted_NTw + positions.Vectors(Device) + Class(condition)).to(Format), Options.Dropout, training);
    }

    /// <summary>The part of <see cref="Input"/> that stands at one position, [N, 1, width].</summary>
    /// <param name="before_Nc">The bytes of the position before it; null at the first.</param>
    /// <param name="position">In the order of generation.</param>
    /// <param name="condition">What images are generated from.</param>
    internal Tensor InputAt(Tensor? before_Nc, int position, ImageCondition condition)
    {
        Tensor x = positions.VectorAt(position, Device).unsqueeze(0) + Class(condition);
        return (before_Nc is null ? x : x + pixels.call(before_Nc.unsqueeze(1), order_T.On(Device)[(position - 1)..position])).to(Format);
    }

    /// <summary>As a call, from bytes [N, T, values] in the order of generation.</summary>
    internal Tensor Parameters(Tensor values_NTc, ImageCondition condition)
    {
        using var scope = NewDisposeScope();
        (Tensor? source_NSw, Tensor? seen_TS) = (Source(condition), SeenSource());
        Tensor x_NTw = Input(values_NTc, condition);
        foreach (ImageTransformerLayer layer in layers)
            x_NTw = layer.call(x_NTw, source_NSw, seen_TS);
        return Output(x_NTw).MoveToOuterDisposeScope();
    }

    /// <summary>Numbers of the distributions, Float32 or Float64, of what comes from the last layer.</summary>
    internal Tensor Output(Tensor x_NTw)
    {
        Tensor parameters = output.call(x_NTw.to(output.weight.dtype));
        return parameters.dtype == ScalarType.BFloat16 ? parameters.to(ScalarType.Float32) : parameters;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            order_T.Dispose();
            window?.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>The vectors of the images' classes [N, 1, width]; zero without classes.</summary>
    private Tensor Class(ImageCondition condition)
    {
        if (classes is null)
            return zeros([1], Format, Device);
        Tensor classes_N = condition.Classes_N ?? throw new ArgumentException("The network has classes: expected the images' classes, got none.");
        return (classes.call(classes_N) * Math.Sqrt(classes.Size)).unsqueeze(1);
    }
}
