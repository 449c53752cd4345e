using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// A VGG-16 classifier's weights as SSD's base network needs them: the dense layers fc6 and fc7 become the convolutions features.31 and
/// features.33, of which every fourth channel and every third row and column is kept (section 3, "Base network"; Chen et al., arXiv
/// 1412.7062).
/// </summary>
/// <remarks>A dense layer that is missing, of another size or not finite, as in a public file of features alone, is left out.</remarks>
internal sealed class DecimatedVgg16 : IWeightsSource
{
    private readonly IWeightsSource vgg16;
    private readonly Dictionary<string, Tensor> dense = [];

    /// <param name="vgg16">Weights under torchvision's names; not owned.</param>
    public DecimatedVgg16(IWeightsSource vgg16)
    {
        this.vgg16 = vgg16;
        AddDense("classifier.0", [4096, 25088], "features.31", Fc6);
        AddDense("classifier.3", [4096, 4096], "features.33", Fc7);
        Entries = [.. vgg16.Entries.Where(entry => !entry.Name.StartsWith("classifier.", StringComparison.Ordinal)),
            .. dense.Select(layer => new TensorEntry(layer.Key, layer.Value.dtype, layer.Value.shape))];
    }

    public string Name => vgg16.Name;

    public IReadOnlyList<TensorEntry> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata => vgg16.Metadata;

    public Tensor Read(TensorEntry entry) => dense.TryGetValue(entry.Name, out Tensor? weights) ? weights.clone() : vgg16.Read(entry);

    public void ReadInto(TensorEntry entry, Tensor target)
    {
        if (!dense.TryGetValue(entry.Name, out Tensor? weights))
        {
            vgg16.ReadInto(entry, target);
            return;
        }
        using var constant = no_grad();
        target.copy_(weights);
    }

    public void Dispose()
    {
        foreach (Tensor weights in dense.Values)
            weights.Dispose();
    }

    /// <summary>[4096, 25088] to [1024, 512, 3, 3].</summary>
    public static Tensor Fc6(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.view(4096, 512, 7, 7).slice(0, 0, 4096, 4).slice(2, 0, 7, 3).slice(3, 0, 7, 3).clone().MoveToOuterDisposeScope();
    }

    /// <summary>[4096, 4096] to [1024, 1024, 1, 1].</summary>
    public static Tensor Fc7(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.slice(0, 0, 4096, 4).slice(1, 0, 4096, 4).clone().view(1024, 1024, 1, 1).MoveToOuterDisposeScope();
    }

    private void AddDense(string layer, long[] shape, string convolution, Func<Tensor, Tensor> decimate)
    {
        TensorEntry? weightEntry = Find($"{layer}.weight"), biasEntry = Find($"{layer}.bias");
        if (weightEntry?.Shape.SequenceEqual(shape) != true || biasEntry?.Shape.SequenceEqual([shape[0]]) != true)
            return;
        using var scope = NewDisposeScope();
        Tensor weight = decimate(vgg16.Read(weightEntry)), bias = vgg16.Read(biasEntry).slice(0, 0, shape[0], 4).clone();
        if (!IsFinite(weight) || !IsFinite(bias))
            return;
        dense.Add($"{convolution}.weight", weight.DetachFromDisposeScope());
        dense.Add($"{convolution}.bias", bias.DetachFromDisposeScope());
    }

    private TensorEntry? Find(string name) => vgg16.Entries.FirstOrDefault(entry => entry.Name == name);

    private static bool IsFinite(Tensor weights) => weights.isfinite().all().item<bool>();
}
