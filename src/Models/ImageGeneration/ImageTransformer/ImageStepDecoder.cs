using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The upper part of images that are to be completed.</summary>
/// <param name="Pixels_NCHW">Int64, 0 to 255; rows below the part are not looked at.</param>
/// <param name="Rows">How many rows are given, from the top.</param>
internal sealed record GivenPixels(Tensor Pixels_NCHW, int Rows);

/// <summary>
/// Predicts images byte by byte in the order of generation, from the first byte that is not given. The token of the first step is not looked
/// at. With two-dimensional blocks given bytes may follow: those are the only ones that can be drawn where they stand.
/// </summary>
internal sealed class ImageStepDecoder : IStepDecoder
{
    private readonly ImageTransformerNetwork network;
    private readonly ImageCondition condition;
    private readonly bool isCached;
    private readonly bool[] isGiven_T;
    private readonly BlockCache[] caches;
    private readonly KeysAndValues?[] sources;
    private readonly Tensor values_NTc;
    private Tensor? parameters_NP;
    private int position, channel;
    private bool hasBegun;

    /// <param name="network">In evaluation mode; not owned.</param>
    /// <param name="count">Images.</param>
    /// <param name="condition">What they are generated from; not owned.</param>
    /// <param name="given">What is there already; null for nothing.</param>
    /// <param name="isCached">False computes everything again for every position: for comparison.</param>
    public ImageStepDecoder(ImageTransformerNetwork network, int count, ImageCondition condition, GivenPixels? given, bool isCached)
    {
        (this.network, this.condition, this.isCached, SentenceCount) = (network, condition, isCached, count);
        using var scope = NewDisposeScope();
        PixelGrid grid = network.Grid;
        values_NTc = (given is null ? zeros([count, grid.Positions, grid.Values], int64, network.Device) : network.InOrder(given.Pixels_NCHW).clone())
            .DetachFromDisposeScope();
        isGiven_T = [.. network.Layout.Order.Select(place => place / grid.Columns < (given?.Rows ?? 0))];
        position = Array.IndexOf(isGiven_T, false) is var open and >= 0 ? open : grid.Positions;
        Remaining = (grid.Positions - position) * grid.Values;

        Tensor? source_NSw = network.Source(condition);
        sources = [.. network.Layers.Select(layer => layer.Source(source_NSw)?.Kept())];
        caches = [.. network.Layers.Select(_ => new BlockCache(network.Layout))];
        if (isCached && position > 0)
            Fill(source_NSw);
    }

    public int SentenceCount { get; }

    /// <summary>Bytes that are left to be drawn at the beginning.</summary>
    public int Remaining { get; }

    public Tensor Step(Tensor tokens_R)
    {
        if (hasBegun)
            Read(tokens_R);
        hasBegun = true;
        if (channel == 0)
        {
            parameters_NP?.Dispose();
            parameters_NP = Parameters().DetachFromDisposeScope();
        }
        Tensor scores_NV = network.Distribution.Scores(parameters_NP!, values_NTc[.., position, ..channel]);
        return isGiven_T[position] ? Only(values_NTc[.., position, channel], scores_NV) : scores_NV;
    }

    /// <exception cref="NotSupportedException">Always: all images are equally long, so that none ends before another.</exception>
    public void Select(RowSelection selection) => throw new NotSupportedException("Images are drawn, not searched for.");

    /// <summary>Images [N, channels, height, width], Int64, once the last byte is drawn.</summary>
    /// <param name="last_N">The last byte of each, which no step has read.</param>
    public Tensor Pixels(Tensor last_N)
    {
        using var scope = NewDisposeScope();
        Read(last_N);
        return network.ToPixels(values_NTc).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (BlockCache cache in caches)
            cache.Dispose();
        foreach (KeysAndValues? source in sources)
            source?.Dispose();
        values_NTc.Dispose();
        parameters_NP?.Dispose();
    }

    private void Fill(Tensor? source_NSw)
    {
        Tensor x_NTw = network.Input(values_NTc, condition);
        foreach ((ImageTransformerLayer layer, BlockCache cache) in network.Layers.Zip(caches))
            x_NTw = layer.Fill(x_NTw, source_NSw, network.SeenSource(), cache, position);
    }

    private void Read(Tensor tokens_N)
    {
        values_NTc[.., position, channel] = tokens_N.to(values_NTc.device);
        channel = (channel + 1) % network.Grid.Values;
        if (channel == 0)
            position++;
    }

    private Tensor Parameters()
    {
        if (!isCached)
            return network.Parameters(values_NTc, condition)[.., position];
        Tensor x_N1w = network.InputAt(position == 0 ? null : values_NTc[.., position - 1], position, condition);
        if (x_N1w.shape[0] != SentenceCount)
            x_N1w = x_N1w.expand(SentenceCount, -1, -1);
        Tensor? seen_1S = network.SeenSource()?.narrow(0, position, 1);
        int number = 0;
        foreach (ImageTransformerLayer layer in network.Layers)
            x_N1w = layer.Step(x_N1w, sources[number], seen_1S, caches[number++]);
        return network.Output(x_N1w).squeeze(1);
    }

    private static Tensor Only(Tensor values_N, Tensor scores_NV) =>
        full_like(scores_NV, float.NegativeInfinity).scatter_(1, values_N.unsqueeze(1), zeros_like(scores_NV));
}
