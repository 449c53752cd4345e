using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>Reads the small image of super-resolution: all positions attend to all (Parmar et al., arXiv 1802.05751, section 5.2).</summary>
internal sealed class SourceEncoder : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly PixelEmbedding pixels;
    private readonly BlockAttention everything;
    private readonly ModuleList<ImageTransformerLayer> layers;
    private readonly double dropout;

    public SourceEncoder(ImageTransformerNetworkOptions options) : base(nameof(SourceEncoder))
    {
        dropout = options.Dropout;
        Grid = PixelGrid.Of(options.SourceSize, options.Channels, options.Output);
        pixels = PixelEmbedding.Of(Grid, options.Output, options.Width);
        everything = new BlockAttention(AttentionBlocks.Everything(Grid.Positions));
        layers = nn.ModuleList<ImageTransformerLayer>(
            [.. Enumerable.Range(0, options.SuperResolution!.EncoderLayers).Select(_ => new ImageTransformerLayer(options, everything, seesSource: false))]);
        RegisterComponents();
    }

    /// <summary>The positions of the small image.</summary>
    public PixelGrid Grid { get; }

    /// <summary>[N, positions, width].</summary>
    /// <param name="sources_NChw">Small images, Int64 from 0 to 255.</param>
    /// <param name="where_Sw">A vector for each of their positions.</param>
    public override Tensor forward(Tensor sources_NChw, Tensor where_Sw)
    {
        Grid.Check(sources_NChw, nameof(sources_NChw));
        using var scope = NewDisposeScope();
        Tensor places_S = arange(Grid.Positions, device: sources_NChw.device);
        Tensor embedded_NSw = pixels.call(Grid.ToPositions(sources_NChw), places_S) + where_Sw;
        Tensor x_NSw = nn.functional.dropout(embedded_NSw.to(layers[0].Format), dropout, training);
        foreach (ImageTransformerLayer layer in layers)
            x_NSw = layer.call(x_NSw, null, null);
        return x_NSw.MoveToOuterDisposeScope();
    }
}
