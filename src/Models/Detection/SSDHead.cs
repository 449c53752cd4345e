using MLNetDeepExtensions.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The prediction layers of SSD: two 3x3 convolutions on each feature map (section 2.1, "Convolutional predictors").</summary>
internal sealed class SSDHead : nn.Module<IReadOnlyList<Tensor>, SSDOutput>
{
    private readonly SSDPredictor classification_head, regression_head;

    public SSDHead(IReadOnlyList<FeatureMap> features, IReadOnlyList<DefaultBoxMap> boxes, int outputs) : base(nameof(SSDHead))
    {
        classification_head = new SSDPredictor(features, boxes, outputs);
        regression_head = new SSDPredictor(features, boxes, 4);
        RegisterComponents();
    }

    /// <summary>The number format of the weights.</summary>
    public ScalarType Format => classification_head.Format;

    public override SSDOutput forward(IReadOnlyList<Tensor> maps) => new(classification_head.call(maps), regression_head.call(maps));
}

/// <summary>One convolution for each map that gives <c>columns</c> numbers for each default box.</summary>
internal sealed class SSDPredictor : nn.Module<IReadOnlyList<Tensor>, Tensor>
{
    private readonly ModuleList<Conv2d> module_list;
    private readonly int columns;

    public SSDPredictor(IReadOnlyList<FeatureMap> features, IReadOnlyList<DefaultBoxMap> boxes, int columns) : base(nameof(SSDPredictor))
    {
        this.columns = columns;
        module_list = new([.. features.Zip(boxes, (map, box) => nn.Conv2d(map.Channels, box.BoxesPerCell * columns, 3, padding: 1))]);
        RegisterComponents();
    }

    public ScalarType Format => module_list[0].weight.dtype;

    public override Tensor forward(IReadOnlyList<Tensor> maps)
    {
        using var scope = NewDisposeScope();
        var rows = maps.Select((map, k) => module_list[k].call(map).permute(0, 2, 3, 1).reshape(map.shape[0], -1, columns));
        return cat([.. rows], 1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
