using MLNetDeepExtensions.ImageGeneration;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.ImageGeneration;

/// <summary>The networks of golden/image-transformer/make_golden.py.</summary>
internal static class SmallImageTransformers
{
    private static readonly ImageTransformerNetworkOptions Base = new() { ImageSize = 8, Layers = 2, Width = 16, Heads = 2, FeedForwardWidth = 24 };

    private static readonly Dictionary<string, ImageTransformerNetworkOptions> Networks = new()
    {
        ["categorical_1d"] = Base with { Attention = new LocalAttention.OneDimensional { QueryLength = 20, MemoryLength = 12 } },
        ["categorical_2d_classes"] = Base with { Attention = Rectangles(3, 5, 2, 6), Classes = 4, Positions = PositionEncoding.Learned },
        ["mixture_1d"] = Base with
        {
            Output = PixelOutput.LogisticMixture, Mixtures = 4, KeyWidth = 24, Positions = PositionEncoding.Learned,
            Attention = new LocalAttention.OneDimensional { QueryLength = 16, MemoryLength = 16 },
        },
        ["mixture_2d_grey"] = Base with { Output = PixelOutput.LogisticMixture, Mixtures = 3, Channels = 1, Attention = Rectangles(4, 4, 4, 4) },
        ["super_resolution"] = Base with
        {
            SuperResolution = new() { Factor = 4, EncoderLayers = 2 }, Attention = new LocalAttention.OneDimensional { QueryLength = 48, MemoryLength = 48 },
        },
        ["super_resolution_mixture"] = Base with
        {
            Output = PixelOutput.LogisticMixture, Mixtures = 2, SuperResolution = new() { Factor = 2, EncoderLayers = 1 }, Attention = Rectangles(4, 8, 4, 4), Classes = 2,
            Positions = PositionEncoding.Learned,
        },
        ["super_resolution_near"] = Base with { SuperResolution = new() { Factor = 2, EncoderLayers = 1, Radius = 1 }, Attention = Rectangles(4, 6, 4, 6) },
    };

    public static IEnumerable<string> All => Networks.Keys;

    public static IEnumerable<object[]> Names => Networks.Keys.Select(name => new object[] { name });

    public static ImageTransformerNetworkOptions Options(string name) => Networks[name];

    public static ImageTransformerNetwork Filled(string name) => Formula.Fill(new ImageTransformerNetwork(Options(name)));

    public static Tensor Images(string name) => Bytes($"{name}.images", 2, Options(name).Channels, 8, 8);

    public static ImageCondition Condition(string name, int count = 2)
    {
        ImageTransformerNetworkOptions options = Options(name);
        return new(
            options.Classes > 0 ? tensor(new long[] { 1, 0 })[..count] : null,
            options.SuperResolution is null ? null : Bytes($"{name}.small", 2, options.Channels, options.SourceSize, options.SourceSize)[..count]);
    }

    private static Tensor Bytes(string name, params long[] shape) => ((Formula.Uniform(name, shape) + 1) * 128).to(int64);

    private static LocalAttention.TwoDimensional Rectangles(int queryHeight, int queryWidth, int memoryHeight, int memoryWidth) =>
        new() { QueryHeight = queryHeight, QueryWidth = queryWidth, MemoryHeight = memoryHeight, MemoryWidth = memoryWidth };
}
