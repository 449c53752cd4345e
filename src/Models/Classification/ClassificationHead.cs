using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Classification;

/// <summary>Turns the last map [N, C, h, w] of a backbone into logits [N, classes], Float32.</summary>
internal abstract class ClassificationHead(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The layer that gives the logits.</summary>
    protected abstract Linear Last { get; }

    /// <summary>The number format of the weights.</summary>
    public ScalarType Format => Last.weight.dtype;

    public override Tensor forward(Tensor map_NCHW)
    {
        using var scope = NewDisposeScope();
        return Logits(map_NCHW).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    protected abstract Tensor Logits(Tensor map_NCHW);
}

/// <summary>Mean over space and one dense layer (He et al., arXiv 1512.03385, section 3.3).</summary>
/// <remarks>State names are those of torchvision's resnet*.</remarks>
internal sealed class PooledHead : ClassificationHead
{
    private readonly Linear fc;
    private readonly Dropout dropout;

    public PooledHead(int channels, int classes, float dropout) : base(nameof(PooledHead))
    {
        fc = nn.Linear(channels, classes);
        this.dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    protected override Linear Last => fc;

    protected override Tensor Logits(Tensor map_NCHW) =>
        fc.call(dropout.call(map_NCHW.mean([2, 3], type: ScalarType.Float32)).to(Format));
}

/// <summary>The three dense layers of VGG-16 (Simonyan and Zisserman, arXiv 1409.1556, table 1) on a map that is brought to 7x7
/// cells.</summary>
/// <remarks>State names are those of torchvision's vgg16.</remarks>
internal sealed class VggHead : ClassificationHead
{
    private readonly Sequential classifier;

    public VggHead(int channels, int classes, float dropout) : base(nameof(VggHead))
    {
        classifier = nn.Sequential(
            nn.Linear(channels * 49, 4096), nn.ReLU(inplace: true), nn.Dropout(dropout),
            nn.Linear(4096, 4096), nn.ReLU(inplace: true), nn.Dropout(dropout),
            nn.Linear(4096, classes));
        RegisterComponents();
        using var constant = no_grad();
        foreach (var layer in classifier.children().OfType<Linear>())
        {
            nn.init.normal_(layer.weight, 0, 0.01);
            layer.bias!.zero_();
        }
    }

    protected override Linear Last => (Linear)classifier.children().Last();

    protected override Tensor Logits(Tensor map_NCHW)
    {
        var cells = nn.functional.adaptive_avg_pool2d(nn.functional.max_pool2d(map_NCHW, 2, 2), 7);
        return classifier.call(cells.flatten(1));
    }
}
