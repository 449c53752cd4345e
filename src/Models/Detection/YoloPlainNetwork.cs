using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The paper's networks: convolutions with leaky rectifiers (equation 2), then fully connected layers.</summary>
/// <remarks>
/// State names: "features.{i}" for the convolutions from 0, "norms.{i}" for their normalisation if there is any, "fc{i}" for the fully
/// connected layers from 1. First weights are normal with variance 2 over the layer's inputs, as in the authors' program.
/// </remarks>
internal sealed class YoloPlainNetwork : YoloNetwork, INormalisedConvolutions
{
    private const double Slope = 0.1;

    private readonly YoloArchitecture architecture;
    private readonly ModuleList<Conv2d> features = new();
    private readonly ModuleList<nn.Module<Tensor, Tensor>> norms = new();
    private readonly List<Linear> connected = [];
    private readonly Dropout dropout;

    public YoloPlainNetwork(YoloNetworkOptions options) : base(options, nameof(YoloPlainNetwork))
    {
        architecture = YoloArchitecture.Of(options.Variant);
        Normalisation normalisation = options.Normalisation ?? Normalisation.None;
        int channels = 3;
        foreach (YoloConvolution layer in architecture.Convolutions)
        {
            features.Add(normalisation.Convolution(channels, layer.Filters, layer.Kernel, layer.Stride));
            norms.Add(normalisation.Create(layer.Filters));
            channels = layer.Filters;
        }
        int cells = options.ImageSize / YoloArchitecture.Stride, inputs = channels * cells * cells;
        foreach (int width in (int[])[.. architecture.Connections.Select(layer => layer.Width), options.GridSize * options.GridSize * options.CellOutputs])
        {
            connected.Add(nn.Linear(inputs, width));
            inputs = width;
        }
        dropout = nn.Dropout(options.Dropout);
        RegisterComponents();
        foreach ((int i, Linear layer) in connected.Index())
            register_module(ConnectedName(i), layer);
        DrawWeights();
    }

    public IEnumerable<(Conv2d Convolution, nn.Module<Tensor, Tensor> Normalisation)> NormalisedConvolutions => features.Zip(norms);

    private protected override ScalarType Format => features[0].weight.dtype;

    /// <summary>Name of the fully connected layer at a place from 0.</summary>
    public static string ConnectedName(int place) => $"fc{place + 1}";

    private protected override Tensor Predict(Tensor pixels_N3HW)
    {
        Tensor x = pixels_N3HW;
        foreach ((int i, YoloConvolution layer) in architecture.Convolutions.Index())
        {
            x = nn.functional.leaky_relu(norms[i].call(features[i].call(x)), Slope);
            if (layer.IsPooled)
                x = nn.functional.max_pool2d(x, 2, 2);
        }
        x = x.flatten(1);
        foreach ((int i, YoloConnection layer) in architecture.Connections.Index())
        {
            x = connected[i].call(x);
            if (layer.IsRectified)
                x = nn.functional.leaky_relu(x, Slope);
        }
        return connected[^1].call(dropout.call(x));
    }

    private void DrawWeights()
    {
        using IDisposable constant = no_grad();
        foreach ((Tensor weight, Tensor? bias) in features.Select(layer => ((Tensor)layer.weight, (Tensor?)layer.bias))
            .Concat(connected.Select(layer => ((Tensor)layer.weight, (Tensor?)layer.bias))))
        {
            weight.normal_(0, Math.Sqrt(2.0 * weight.shape[0] / weight.numel()));
            bias?.zero_();
        }
    }
}
