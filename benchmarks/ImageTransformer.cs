using System.Globalization;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The example's Image Transformer: updates and generation here and in PyTorch, with and without cache, and at several sizes of images.</summary>
internal sealed class ImageTransformer : IBenchmark
{
    private const int Batch = 16, Side = 28, Rounds = 3;

    private static readonly int[] Sides = [8, 16, 32];

    public string Question => $"An Image Transformer of 3 layers and 64 numbers for grey images, bytes as categories, blocks of four rows that see the four before them. Of "
        + $"{Side} x {Side} pixels in batches of {Batch}: one update, and generation with cached keys and values, the library against PyTorch's eager mode. Then the library "
        + "alone: cached against uncached generation, and what twice the side costs. Items are images.";

    public void Run(Report report)
    {
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            using StepSubject<GenerationBatch> subject = Create(precision);
            using PyTorchPeer peer = Peer($"{precision}");
            report.Contests(new Contest($"Update, {precision}, {subject.Parameters} parameters; peer: {peer.Description}",
                Contest.Timed(subject.Train), () => peer.Do("train"), Batch, 1.0, Rounds));
        }
        foreach ((ScalarType format, double? target) in new[] { (ScalarType.Float64, (double?)1.3), (ScalarType.Float32, null) })
        {
            using ImageTransformerNetwork network = Prepared(Side);
            using PyTorchPeer peer = Peer($"{format}");
            report.Contests(new Contest($"Generation, Float64; peer in {format}: {peer.Description}",
                Contest.Timed(() => Draw(network, Batch)), () => peer.Do("infer"), Batch, target, Rounds));
        }
        report.Note("The library draws in Float64, so that an image does not depend on its batch: that is what its transformer runs, and what is measured. The peer does the "
            + "same work in Float64; in Float32 it does less and promises less, so that there is no target.");
        foreach (int side in Sides)
        {
            // Uncached, twice the side takes sixteen times as long: the largest is drawn once.
            using ImageTransformerNetwork network = Prepared(side);
            report.Contests(new Contest($"Generation of one image of {side} pixels, cached; peer: uncached, the library's own",
                Contest.Timed(() => Draw(network, 1)), Contest.Timed(() => Draw(network, 1, isCached: false)), 1,
                Rounds: side < Sides[^1] ? Rounds : 1));
        }
        report.Table(["Side", $"Cached, batches of {Batch}: s/image", "ms/pixel"], [.. Sides.Select(AtSide)]);
    }

    private static string[] AtSide(int side)
    {
        using ImageTransformerNetwork network = Prepared(side);
        double seconds = Contest.MedianSeconds(() => Draw(network, Batch), Rounds) / Batch;
        return [$"{side}", Number(seconds), Number(1000 * seconds / (side * side))];
    }

    private static void Draw(ImageTransformerNetwork network, int count, bool isCached = true) => ImageSampler.Draw(
        network, [.. Enumerable.Range(0, count).Select(i => new SampleRandom(i, 0, 0))], ImageCondition.None, new SamplingOptions(), isCached: isCached).Dispose();

    private static StepSubject<GenerationBatch> Create(Precision precision)
    {
        random.manual_seed(1);
        var options = new ImageTransformerGenerator.Options { Network = Network(Side), LearningRate = 2e-3, ClipNorm = 1 };
        ImageTransformerNetwork network = new(options.Network), inference = Prepared(Side);
        var step = new SupervisedStep<ImageTransformerNetwork, GenerationBatch>(network, options.CreateOptimiser(network.parameters()), ImageTransformerGenerator.Loss,
            precision == Precision.BFloat16 ? new BFloat16Copy<ImageTransformerNetwork>(network, new ImageTransformerNetwork(options.Network)) : null);
        return new(step, new GenerationBatch(rand(Batch, 1, Side, Side) * 2 - 1, null), () => Draw(inference, Batch), [network, inference], options.ClipNorm);
    }

    private static ImageTransformerNetworkOptions Network(int side) => new()
    {
        ImageSize = side, Channels = 1, Layers = 3, Width = 64, FeedForwardWidth = 256, Heads = 4, Dropout = 0, Positions = PositionEncoding.Learned,
        Attention = new LocalAttention.OneDimensional { QueryLength = 4 * side, MemoryLength = 4 * side },
    };

    /// <summary>A network as the transformer runs it.</summary>
    private static ImageTransformerNetwork Prepared(int side)
    {
        random.manual_seed(1);
        var network = new ImageTransformerNetwork(Network(side));
        ImageTransformerGenerationTransformer.Prepare(network);
        return network;
    }

    private static PyTorchPeer Peer(string format) => new("image_transformer.py", "small", format.ToLowerInvariant(), $"{Batch}", $"{get_num_threads()}");

    private static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}
