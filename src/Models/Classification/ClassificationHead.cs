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

    /// <summary>Features that the last layer decides from.</summary>
    public int FeatureCount => (int)Last.weight.shape[1];

    public override Tensor forward(Tensor map_NCHW)
    {
        using var scope = NewDisposeScope();
        return Logits(Features(map_NCHW)).MoveToOuterDisposeScope();
    }

    /// <summary>What the last layer is given [N, D], Float32.</summary>
    public abstract Tensor Features(Tensor map_NCHW);

    /// <summary>Logits [N, classes], Float32, of what <see cref="Features"/> gave.</summary>
    public Tensor Logits(Tensor features_ND)
    {
        using var scope = NewDisposeScope();
        return Last.call(Dropped(features_ND).to(Format)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The features with parts of them dropped in training.</summary>
    protected abstract Tensor Dropped(Tensor features_ND);
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

    public override Tensor Features(Tensor map_NCHW) => map_NCHW.mean([2, 3], type: ScalarType.Float32);

    protected override Tensor Dropped(Tensor features_ND) => dropout.call(features_ND);
}

/// <summary>The three dense layers of VGG-16 (Simonyan and Zisserman, arXiv 1409.1556, table 1) on a map that is brought to 7x7
/// cells.</summary>
/// <remarks>State names are those of torchvision's vgg16.</remarks>
internal sealed class VggHead : ClassificationHead
{
    private const int DropoutAndLast = 2;
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

    public override Tensor Features(Tensor map_NCHW)
    {
        using var scope = NewDisposeScope();
        var cells = nn.functional.adaptive_avg_pool2d(nn.functional.max_pool2d(map_NCHW, 2, 2), 7);
        return classifier.children().SkipLast(DropoutAndLast).Aggregate(cells.flatten(1), (x, layer) => ((nn.Module<Tensor, Tensor>)layer).call(x))
            .to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    protected override Tensor Dropped(Tensor features_ND) => ((Dropout)classifier.children().ElementAt(^DropoutAndLast)).call(features_ND);
}
