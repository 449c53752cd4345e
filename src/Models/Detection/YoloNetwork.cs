using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>YOLO (Redmon et al., CVPR 2016, arXiv 1506.02640): detection as one regression from the whole image to a grid of cells, each
/// with boxes, their confidence and one set of class probabilities (section 2).</summary>
/// <remarks>
/// The result is [N, S, S, B * 5 + C]: rows, columns, and in each cell x, y, root of width, root of height, confidence of each box, then
/// the classes. x and y are parts of the cell, width and height parts of the image. Differs from the paper: the network gives the square
/// root of width and height, which the paper takes in the loss (as in the authors' program), so that any real number is a size.
/// </remarks>
public abstract class YoloNetwork : nn.Module<Tensor, Tensor>
{
    private protected YoloNetwork(YoloNetworkOptions options, string name) : base(name) => Options = options;

    /// <summary>What the network was made from.</summary>
    public YoloNetworkOptions Options { get; }

    /// <summary>A network with first weights drawn from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public static YoloNetwork Create(YoloNetworkOptions options)
    {
        string[] faults = [.. options.Faults(), .. options.Classes == 0 ? ["Classes: expected at least 1, got 0."] : Array.Empty<string>()];
        if (faults.Length > 0)
            throw new ArgumentException($"{nameof(YoloNetworkOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        using var scope = NewDisposeScope();
        return options.Variant == YoloVariant.Residual ? new YoloResidualNetwork(options) : new YoloPlainNetwork(options);
    }

    /// <summary>What every cell says, Float32.</summary>
    /// <param name="images_N3HW">Red, green, blue in 0 to 1; both sides are <see cref="YoloNetworkOptions.ImageSize"/>.</param>
    public sealed override Tensor forward(Tensor images_N3HW)
    {
        if (images_N3HW.shape is not [_, 3, var height, var width] || height != Options.ImageSize || width != Options.ImageSize)
            throw new ArgumentException(
                $"images_N3HW: expected [N, 3, {Options.ImageSize}, {Options.ImageSize}], got [{string.Join(", ", images_N3HW.shape)}].");
        using var scope = NewDisposeScope();
        var pixels_N3HW = Mean is null && Deviation is null ? images_N3HW
            : InputNormalisation.Of(images_N3HW, Mean ?? [0, 0, 0], Deviation ?? [1, 1, 1]);
        return Predict(pixels_N3HW.to(Format)).to(ScalarType.Float32)
            .view(-1, Options.GridSize, Options.GridSize, Options.CellOutputs).MoveToOuterDisposeScope();
    }

    /// <summary>Mean of the pixels that the network expects; null for 0.</summary>
    private protected virtual float[]? Mean => Options.Mean;

    /// <summary>Deviation of the pixels that the network expects; null for 1.</summary>
    private protected virtual float[]? Deviation => Options.Deviation;

    /// <summary>The number format of the weights.</summary>
    private protected abstract ScalarType Format { get; }

    /// <summary>All cells' numbers in the order of the result, contiguous; runs inside the caller's dispose scope.</summary>
    private protected abstract Tensor Predict(Tensor pixels_N3HW);
}
