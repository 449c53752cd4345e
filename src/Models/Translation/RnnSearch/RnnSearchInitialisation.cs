using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>First weights (appendix B.1), drawn from the global random state.</summary>
internal static class RnnSearchInitialisation
{
    /// <summary>Normal weights with mean zero, biases zero.</summary>
    public static void Normal(Linear layer, double deviation)
    {
        init.normal_(layer.weight, 0, deviation);
        if (layer.bias is { } bias)
            init.zeros_(bias);
    }
}
