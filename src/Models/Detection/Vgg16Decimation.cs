using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// Makes a VGG-16 classifier's weights fit SSD's base network: its dense layers fc6 and fc7 become convolutions of which every fourth
/// channel
/// and every third row and column is kept (section 3, "Base network"; Chen et al., arXiv 1412.7062).
/// </summary>
public static class Vgg16Decimation
{
    private static readonly Dictionary<string, string> Names = new[] { 0, 2, 5, 7, 10, 12, 14, 17, 19, 21 }
        .Select(layer => ($"features.{layer}", $"backbone.features.{layer}"))
        .Concat([("features.24", "backbone.extra.0.1"), ("features.26", "backbone.extra.0.3"), ("features.28", "backbone.extra.0.5")])
        .SelectMany(pair => new[] { "weight", "bias" }.Select(kind => ($"{pair.Item1}.{kind}", $"{pair.Item2}.{kind}")))
        .ToDictionary();

    /// <summary>The weights of a torchvision vgg16 under the names of <see cref="SSDNetwork"/>'s state.</summary>
    /// <param name="vgg16">"features.*" and, if the file has finite ones, "classifier.0.*" and "classifier.3.*".</param>
    /// <returns>Tensors that the caller disposes of; without fc6 and fc7 where the classifier is missing or not finite.</returns>
    /// <exception cref="ArgumentException">A tensor of "features" is missing.</exception>
    public static Dictionary<string, Tensor> ToSSD(IReadOnlyDictionary<string, Tensor> vgg16)
    {
        var missing = Names.Keys.Where(name => !vgg16.ContainsKey(name)).ToList();
        if (missing.Count > 0)
            throw new ArgumentException($"Weights of VGG-16: missing {string.Join(", ", missing)}.", nameof(vgg16));
        var state = Names.ToDictionary(pair => pair.Value, pair => vgg16[pair.Key].alias());
        if (Dense(vgg16, "classifier.0") is { } dense6)
            (state["backbone.extra.0.7.1.weight"], state["backbone.extra.0.7.1.bias"]) = Fc6(dense6.Weight, dense6.Bias);
        if (Dense(vgg16, "classifier.3") is { } dense7)
            (state["backbone.extra.0.7.3.weight"], state["backbone.extra.0.7.3.bias"]) = Fc7(dense7.Weight, dense7.Bias);
        return state;
    }

    /// <summary>[4096, 25088] and [4096] to [1024, 512, 3, 3] and [1024].</summary>
    public static (Tensor Weight, Tensor Bias) Fc6(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var kernel = weight.detach().view(4096, 512, 7, 7).slice(0, 0, 4096, 4).slice(2, 0, 7, 3).slice(3, 0, 7, 3);
        return scope.MoveToOuter(kernel.clone(), bias.detach().slice(0, 0, 4096, 4).clone());
    }

    /// <summary>[4096, 4096] and [4096] to [1024, 1024, 1, 1] and [1024].</summary>
    public static (Tensor Weight, Tensor Bias) Fc7(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var kernel = weight.detach().slice(0, 0, 4096, 4).slice(1, 0, 4096, 4).view(1024, 1024, 1, 1);
        return scope.MoveToOuter(kernel.clone(), bias.detach().slice(0, 0, 4096, 4).clone());
    }

    /// <summary>The layer's tensors, if both are there and finite: a public file has only features, with NaN for the rest.</summary>
    private static (Tensor Weight, Tensor Bias)? Dense(IReadOnlyDictionary<string, Tensor> state, string layer)
    {
        using var scope = NewDisposeScope();
        return state.TryGetValue($"{layer}.weight", out var weight) && state.TryGetValue($"{layer}.bias", out var bias)
            && weight.isfinite().all().item<bool>() && bias.isfinite().all().item<bool>() ? (weight, bias) : null;
    }
}
