using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Detection;

/// <summary>The order of a YOLO's numbers in a Darknet file: for each layer its biases (with normalisation: biases, scales, means,
/// variances) and weights.</summary>
internal static class YoloDarknetLayout
{
    /// <summary>All layers.</summary>
    public static (string Description, IReadOnlyList<DarknetTensor> Tensors) Whole(YoloNetworkOptions network) =>
        ($"{network.Variant} with {network.Classes} classes", [.. Convolutions(network, int.MaxValue), .. Connections(network)]);

    /// <summary>The first convolutions, which were trained on ImageNet.</summary>
    public static (string Description, IReadOnlyList<DarknetTensor> Tensors) Pretrained(YoloNetworkOptions network) =>
        ($"its first {Math.Min(YoloArchitecture.Pretrained, YoloArchitecture.Of(network.Variant).Convolutions.Count)} convolutions",
        [.. Convolutions(network, YoloArchitecture.Pretrained)]);

    /// <summary>
    /// Darknet's result is planar: the classes of all cells, then the confidences, then the boxes. For each number of ours, cell by cell,
    /// its place there.
    /// </summary>
    public static long[] OutputRows(YoloNetworkOptions network)
    {
        int cells = network.GridSize * network.GridSize, boxes = network.Boxes, classes = network.Classes;
        int confidences = cells * classes, corners = confidences + cells * boxes;
        var rows = new List<long>();
        for (int cell = 0; cell < cells; cell++)
        {
            for (int box = 0; box < boxes; box++)
            {
                int place = cell * boxes + box;
                rows.AddRange(Enumerable.Range(corners + 4 * place, 4).Select(row => (long)row));
                rows.Add(confidences + place);
            }
            rows.AddRange(Enumerable.Range(cell * classes, classes).Select(row => (long)row));
        }
        return [.. rows];
    }

    private static IEnumerable<DarknetTensor> Convolutions(YoloNetworkOptions network, int count)
    {
        bool isNormalised = network.Normalisation is not (null or Normalisation.None);
        int channels = 3;
        foreach ((int i, YoloConvolution layer) in YoloArchitecture.Of(network.Variant).Convolutions.Take(count).Index())
        {
            string[] perFilter = isNormalised
                ? [$"norms.{i}.bias", $"norms.{i}.weight", $"norms.{i}.running_mean", $"norms.{i}.running_var"] : [$"features.{i}.bias"];
            foreach (string name in perFilter)
                yield return new DarknetTensor(name, [layer.Filters]);
            yield return new DarknetTensor($"features.{i}.weight", [layer.Filters, channels, layer.Kernel, layer.Kernel]);
            channels = layer.Filters;
        }
    }

    private static IEnumerable<DarknetTensor> Connections(YoloNetworkOptions network)
    {
        YoloArchitecture architecture = YoloArchitecture.Of(network.Variant);
        int side = network.ImageSize / YoloArchitecture.Stride, inputs = architecture.Convolutions[^1].Filters * side * side;
        int[] widths = [.. architecture.Connections.Select(layer => layer.Width), network.GridSize * network.GridSize * network.CellOutputs];
        foreach ((int i, int width) in widths.Index())
        {
            long[]? rows = i == widths.Length - 1 ? OutputRows(network) : null;
            yield return new DarknetTensor($"{YoloPlainNetwork.ConnectedName(i)}.bias", [width]) { Rows = rows };
            yield return new DarknetTensor($"{YoloPlainNetwork.ConnectedName(i)}.weight", [width, inputs], IsConnection: true) { Rows = rows };
            inputs = width;
        }
    }
}
