using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>What torchvision has as operators of its own: pooling of regions and suppression of boxes.</summary>
internal sealed class RegionOperators : IBenchmark
{
    private const int Images = 2, Channels = 256, Side = 50, Stride = 16, Size = 7;
    private const double WithinTwice = 0.5;

    public string Question => $"RoIAlign and RoIPool of {Channels} channels from maps of {Side} x {Side} cells of {Images} images to {Size} x {Size} parts, and "
        + "non-maximum suppression: tensor operations against torchvision's operators, each on maps in the layout that its networks give; items are regions, or boxes.";

    public void Run(Report report)
    {
        foreach (int regions in (int[])[64, 128, 300, 1000])
        {
            using var subject = new Pooling(regions);
            using var peer = new PyTorchPeer("region_operators.py", $"{regions}", "float32", $"{Images}", $"{get_num_threads()}");
            Contest Of(string name, string request, Action work) =>
                new($"{name}, {regions} regions; peer: {peer.Description}", Contest.Timed(work), () => peer.Do(request), regions, WithinTwice);
            report.Contests(
                Of("RoIAlign", "align", () => subject.Forward(subject.Align)), Of("RoIAlign with gradient", "align_backward", () => subject.Backward(subject.Align)),
                Of("RoIPool", "pool", () => subject.Forward(subject.Pool)), Of("RoIPool with gradient", "pool_backward", () => subject.Backward(subject.Pool)));
        }
        foreach (int count in (int[])[1000, 10_000])
        {
            (Box[] boxes, float[] scores) = Candidates(count);
            using var peer = new PyTorchPeer("region_operators.py", $"{count}", "float32", $"{Images}", $"{get_num_threads()}");
            report.Contests(new Contest($"Suppression, {count} boxes; peer: {peer.Description}",
                Contest.Timed(() => NonMaximumSuppression.Keep(boxes, scores, 0.5)), () => peer.Do("suppress"), count, WithinTwice));
        }
    }

    /// <summary>Corners in an image of the maps' size.</summary>
    private static Tensor Boxes(int count)
    {
        const float Image = Side * Stride;
        using DisposeScope scope = NewDisposeScope();
        Tensor corner_K2 = rand(count, 2) * (0.8f * Image);
        return cat([corner_K2, (corner_K2 + 20 + rand(count, 2) * 300).clamp(max: Image)], 1).MoveToOuterDisposeScope();
    }

    private static (Box[] Boxes, float[] Scores) Candidates(int count)
    {
        random.manual_seed(1);
        using DisposeScope scope = NewDisposeScope();
        return (Detection.Boxes.ToManaged(Boxes(count)), [.. rand(count).data<float>()]);
    }

    private sealed class Pooling : IDisposable
    {
        private readonly Tensor map_NCHW, boxes_K4, image_K, map_K;

        public Pooling(int regions)
        {
            random.manual_seed(1);
            map_NCHW = rand(Images, Side, Side, Channels).permute(0, 3, 1, 2);
            boxes_K4 = Boxes(regions);
            image_K = randint(0, Images, regions, ScalarType.Int64);
            map_K = zeros(regions, ScalarType.Int64);
        }

        public Tensor Align() => RoiAlign.Of([map_NCHW], [1.0 / Stride], boxes_K4, image_K, map_K, Size);

        public Tensor Pool() => RoiPool.Of(map_NCHW, boxes_K4, image_K, Size, 1.0 / Stride);

        public void Forward(Func<Tensor> pool)
        {
            using IDisposable mode = no_grad();
            using DisposeScope scope = NewDisposeScope();
            map_NCHW.requires_grad = false;
            pool();
        }

        public void Backward(Func<Tensor> pool)
        {
            using DisposeScope scope = NewDisposeScope();
            map_NCHW.requires_grad = true;
            pool().sum().backward();
            map_NCHW.grad = null;
        }

        public void Dispose()
        {
            map_NCHW.Dispose();
            boxes_K4.Dispose();
            image_K.Dispose();
            map_K.Dispose();
        }
    }
}
