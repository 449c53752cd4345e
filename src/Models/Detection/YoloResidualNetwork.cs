using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>YOLO's grid on a residual network: not in the paper.</summary>
/// <remarks>
/// The map whose cells are the grid's, with all coarser maps enlarged beside it (the finest features where they are wanted, and those
/// that see most), goes through a 3x3 and a 1x1 convolution. Weights are shared by all cells, unlike those of fully connected layers:
/// far fewer parameters, and every object teaches all cells. State names: "backbone." before torchvision's names, "neck", "head".
/// </remarks>
internal sealed class YoloResidualNetwork : YoloNetwork
{
    private const int FinestMap = 3, CoarsestMap = 6, BackboneMaps = 4, FirstMap = 2;

    private readonly ResNet backbone;
    private readonly ModuleList<Sequential> coarser = new();
    private readonly Sequential neck;
    private readonly Conv2d head;
    private readonly int first;

    public YoloResidualNetwork(YoloNetworkOptions options) : base(options, nameof(YoloResidualNetwork))
    {
        Normalisation normalisation = options.Normalisation ?? Normalisation.Batch;
        backbone = new ResNet(options.Backbone.ResNet() with { Normalisation = normalisation });
        List<int> channels = [.. backbone.Maps.Select(map => map.Channels)];
        first = HalvingsOf(options)!.Value - FirstMap;
        int width = channels[^1] / 2;
        if (first == BackboneMaps)
        {
            coarser.Add(Block(normalisation, channels[^1], width, stride: 2));
            channels.Add(width);
        }
        neck = Block(normalisation, channels.Skip(first).Sum(), width, stride: 1);
        head = nn.Conv2d(width, options.CellOutputs, 1);
        RegisterComponents();
        ConvolutionInitialisation.He(coarser);
        ConvolutionInitialisation.He(neck);
        ConvolutionInitialisation.Normal(head, 0.01);
    }

    private protected override float[]? Mean => Options.Mean ?? Options.Backbone.Mean();

    private protected override float[]? Deviation => Options.Deviation ?? Options.Backbone.Deviation();

    private protected override ScalarType Format => head.weight.dtype;

    /// <summary>The sides of the maps, in cells.</summary>
    public static IEnumerable<int> GridSizes(int imageSize) =>
        Enumerable.Range(FinestMap, CoarsestMap - FinestMap + 1).Select(halvings => Halved(imageSize, halvings)).Distinct();

    /// <summary>How often the image is halved to the grid; null if none of the maps has the grid's side.</summary>
    public static int? HalvingsOf(YoloNetworkOptions options)
    {
        for (int halvings = FinestMap; halvings <= CoarsestMap; halvings++)
            if (Halved(options.ImageSize, halvings) == options.GridSize)
                return halvings;
        return null;
    }

    private protected override Tensor Predict(Tensor pixels_N3HW)
    {
        List<Tensor> maps = [.. backbone.call(pixels_N3HW)];
        foreach (Sequential block in coarser)
            maps.Add(block.call(maps[^1]));
        long[] cells = [Options.GridSize, Options.GridSize];
        var joined = maps.Skip(first + 1).Select(map => nn.functional.interpolate(map, cells, mode: InterpolationMode.Nearest)).Prepend(maps[first]);
        return head.call(neck.call(cat([.. joined], 1))).permute(0, 2, 3, 1).contiguous();
    }

    private static Sequential Block(Normalisation normalisation, int inputs, int outputs, int stride) => nn.Sequential(
        normalisation.Convolution(inputs, outputs, 3, stride), normalisation.Create(outputs), nn.ReLU());

    private static int Halved(int side, int times) => (side + (1 << times) - 1) >> times;
}
