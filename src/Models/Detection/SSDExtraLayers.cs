using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The blocks that continue a backbone to coarser maps: 1x1, then a reducing convolution, each with ReLU (figure 2).</summary>
internal static class SSDExtraLayers
{
    /// <summary>Blocks and their output channels, for as many maps as the pyramid asks.</summary>
    /// <param name="options">Image size and normalisation.</param>
    /// <param name="inputs">Channels of the backbone's last map.</param>
    public static List<(Sequential Block, int Channels)> Create(SSDNetworkOptions options, int inputs)
    {
        var usual = options.Backbone == DetectionBackbone.Vgg16 ? Normalisation.None : Normalisation.Batch;
        var normalisation = options.ExtraNormalisation ?? usual;
        var sides = SSDPyramid.Sides(options);
        var blocks = new List<(Sequential, int)>();
        for (int k = sides.Count - SSDPyramid.Extras(options); k < sides.Count; k++)
        {
            int outputs = Math.Min(inputs / 2, 512);
            if (blocks.Count > 0)
                outputs = Math.Min(inputs, 256);
            blocks.Add((Block(normalisation, inputs, outputs, SSDPyramid.Reduction(sides[k - 1])), outputs));
            inputs = outputs;
        }
        return blocks;
    }

    private static Sequential Block(Normalisation normalisation, int inputs, int outputs, (int Kernel, int Stride, int Padding) reduction)
    {
        bool bias = normalisation == Normalisation.None;
        var squeeze = nn.Conv2d(inputs, outputs / 2, 1, bias: bias);
        var reduce = nn.Conv2d(outputs / 2, outputs, reduction.Kernel, reduction.Stride, reduction.Padding, bias: bias);
        return bias
            ? nn.Sequential(squeeze, nn.ReLU(inplace: true), reduce, nn.ReLU(inplace: true))
            : nn.Sequential(
                squeeze, normalisation.Create(outputs / 2), nn.ReLU(inplace: true),
                reduce, normalisation.Create(outputs), nn.ReLU(inplace: true));
    }
}
