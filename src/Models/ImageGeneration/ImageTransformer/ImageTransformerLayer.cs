using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// A layer of the encoder or the decoder (Parmar et al., arXiv 1802.05751, section 3.2, equations 1 and 2): attention among the positions,
/// in the decoder of super-resolution attention to the encoder's output, and two dense layers for each position; after each of these
/// the sum with its input is normalised.
/// </summary>
internal sealed class ImageTransformerLayer : nn.Module<Tensor, Tensor?, Tensor?, Tensor>
{
    // Differs from PyTorch's: the published code's.
    private const double Epsilon = 1e-6;

    private readonly BlockAttention local;
    private readonly MultiHeadAttention self_attention;
    private readonly MultiHeadAttention? source_attention;
    private readonly LayerNorm self_attention_norm, feed_forward_norm;
    private readonly LayerNorm? source_attention_norm;
    private readonly Linear feed_forward1, feed_forward2;
    private readonly double dropout;

    /// <param name="options">Widths.</param>
    /// <param name="local">Not owned: all layers of a stack share it.</param>
    /// <param name="seesSource">Whether there is an encoder to attend to.</param>
    public ImageTransformerLayer(ImageTransformerNetworkOptions options, BlockAttention local, bool seesSource) : base(nameof(ImageTransformerLayer))
    {
        this.local = local;
        dropout = options.Dropout;
        (self_attention, self_attention_norm) = (Attention(options), Norm(options));
        if (seesSource)
            (source_attention, source_attention_norm) = (Attention(options), Norm(options));
        feed_forward1 = Dense.Of(options.Width, options.FeedForwardWidth);
        feed_forward2 = Dense.Of(options.FeedForwardWidth, options.Width);
        feed_forward_norm = Norm(options);
        register_module(nameof(self_attention), self_attention);
        register_module(nameof(self_attention_norm), self_attention_norm);
        if (seesSource)
        {
            register_module(nameof(source_attention), source_attention!);
            register_module(nameof(source_attention_norm), source_attention_norm!);
        }
        register_module(nameof(feed_forward1), feed_forward1);
        register_module(nameof(feed_forward2), feed_forward2);
        register_module(nameof(feed_forward_norm), feed_forward_norm);
    }

    /// <summary>The number format of what goes from layer to layer.</summary>
    public ScalarType Format => feed_forward_norm.weight!.dtype;

    /// <param name="x_NTw">In the order of generation.</param>
    /// <param name="source_NSw">The encoder's output, if the layer sees one.</param>
    /// <param name="seen_TS">Where a position sees one of the encoder's; null for everywhere.</param>
    public override Tensor forward(Tensor x_NTw, Tensor? source_NSw, Tensor? seen_TS) => Forward(x_NTw, source_NSw, seen_TS, filled: null);

    /// <summary>As a call, and gives the cache the keys and values of the first positions.</summary>
    public Tensor Fill(Tensor x_NTw, Tensor? source_NSw, Tensor? seen_TS, BlockCache cache, int positions) =>
        Forward(x_NTw, source_NSw, seen_TS, (cache, positions));

    /// <summary>Keys and values of the encoder's output, the same for all positions; null without an encoder.</summary>
    public KeysAndValues? Source(Tensor? source_NSw) => source_NSw is null ? null : source_attention!.Remember(source_NSw);

    /// <summary>One position, given what the cache knows of those before it.</summary>
    /// <param name="x_N1w">The position.</param>
    /// <param name="source">Keys and values of the encoder's output, if the layer sees one.</param>
    /// <param name="seen_1S">Where the position sees one of the encoder's; null for everywhere.</param>
    /// <param name="cache">What came before.</param>
    public Tensor Step(Tensor x_N1w, KeysAndValues? source, Tensor? seen_1S, BlockCache cache)
    {
        using var scope = NewDisposeScope();
        Tensor attended_N1w = self_attention.Attend(x_N1w, cache.Append(self_attention.Remember(x_N1w)));
        return AfterSelfAttention(x_N1w, attended_N1w, source, seen_1S).MoveToOuterDisposeScope();
    }

    private Tensor Forward(Tensor x_NTw, Tensor? source_NSw, Tensor? seen_TS, (BlockCache Cache, int Positions)? filled)
    {
        using var scope = NewDisposeScope();
        KeysAndValues all = self_attention.Remember(x_NTw);
        filled?.Cache.Fill(all, filled.Value.Positions);
        Tensor attended_NTw = self_attention.Join(local.Attend(self_attention.Queries(x_NTw), all));
        return AfterSelfAttention(x_NTw, attended_NTw, Source(source_NSw), seen_TS).MoveToOuterDisposeScope();
    }

    private Tensor AfterSelfAttention(Tensor x_NTw, Tensor attended_NTw, KeysAndValues? source, Tensor? seen_TS)
    {
        Tensor x = self_attention_norm.call(x_NTw + Dropped(attended_NTw));
        if (source is { } remembered)
            x = source_attention_norm!.call(x + Dropped(source_attention!.Attend(x, remembered, seen_TS)));
        return feed_forward_norm.call(x + Dropped(feed_forward2.call(feed_forward1.call(x.to(feed_forward1.weight.dtype)).relu_())));
    }

    private Tensor Dropped(Tensor x) => nn.functional.dropout(x, dropout, training);

    private static MultiHeadAttention Attention(ImageTransformerNetworkOptions options)
    {
        int perHead = (options.KeyWidth ?? options.Width) / options.Heads;
        return new(options.Width, options.Heads, perHead, perHead, biases: false, dropout: 0);
    }

    private static LayerNorm Norm(ImageTransformerNetworkOptions options)
    {
        LayerNorm norm = nn.LayerNorm(options.Width, Epsilon);
        using var constant = no_grad();
        norm.weight!.fill_(1);
        norm.bias!.zero_();
        return norm;
    }
}
