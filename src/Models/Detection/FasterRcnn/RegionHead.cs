using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The Fast R-CNN detector (Girshick, arXiv 1504.08083, figure 1): classes and boxes from pooled regions.</summary>
internal sealed class RegionHead : nn.Module<Tensor, RegionOutput>
{
    private readonly DenseLayers box_head;
    private readonly RegionPredictor box_predictor;

    public RegionHead(FasterRcnnNetworkOptions options, int channels) : base(nameof(RegionHead))
    {
        int width = options.HeadWidth ?? (options.IsVgg ? 4096 : 1024);
        box_head = new DenseLayers(channels * options.RoiSize * options.RoiSize, width, options.Dropout ?? (options.IsVgg ? 0.5 : 0));
        box_predictor = new RegionPredictor(width, options.Classes + 1);
        RegisterComponents();
    }

    /// <param name="pooled_KCRR">Features of K regions.</param>
    public override RegionOutput forward(Tensor pooled_KCRR)
    {
        using var scope = NewDisposeScope();
        var output = box_predictor.call(box_head.call(pooled_KCRR));
        scope.MoveToOuter(output.Logits_KC, output.Offsets_KC4);
        return output;
    }
}

/// <summary>The two dense layers of VGG-16, or torchvision's narrower ones.</summary>
internal sealed class DenseLayers : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc6, fc7;
    private readonly double dropout;

    public DenseLayers(int inputs, int width, double dropout) : base(nameof(DenseLayers))
    {
        this.dropout = dropout;
        fc6 = nn.Linear(inputs, width);
        fc7 = nn.Linear(width, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor pooled_KCRR)
    {
        using var scope = NewDisposeScope();
        var x = pooled_KCRR.flatten(1).to(fc6.weight.dtype);
        foreach (var layer in new[] { fc6, fc7 })
            x = nn.functional.dropout(layer.call(x).relu_(), dropout, training);
        return x.MoveToOuterDisposeScope();
    }
}

/// <summary>Class logits, and a box for each class.</summary>
internal sealed class RegionPredictor : nn.Module<Tensor, RegionOutput>
{
    private readonly Linear cls_score, bbox_pred;

    public RegionPredictor(int width, int outputs) : base(nameof(RegionPredictor))
    {
        cls_score = Layer(width, outputs, 0.01);
        bbox_pred = Layer(width, 4 * outputs, 0.001);
        RegisterComponents();
    }

    public override RegionOutput forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var logits_KC = cls_score.call(x).to(ScalarType.Float32);
        var offsets_KC4 = bbox_pred.call(x).to(ScalarType.Float32).view(x.shape[0], logits_KC.shape[1], 4);
        scope.MoveToOuter(logits_KC, offsets_KC4);
        return new(logits_KC, offsets_KC4);
    }

    // Fast R-CNN, section 2.3.
    private static Linear Layer(int inputs, int outputs, double deviation)
    {
        var layer = nn.Linear(inputs, outputs);
        using var constant = no_grad();
        nn.init.normal_(layer.weight, 0, deviation);
        layer.bias?.zero_();
        return layer;
    }
}
