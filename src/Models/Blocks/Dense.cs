using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Fully connected layers.</summary>
internal static class Dense
{
    /// <summary>With first weights drawn uniformly, variance 2 over inputs plus outputs (Glorot and Bengio, AISTATS 2010, equation 16), from
    /// the global random state; biases are zero.</summary>
    public static Linear Of(int inputs, int outputs, bool biases = true)
    {
        Linear layer = nn.Linear(inputs, outputs, hasBias: biases);
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        nn.init.xavier_uniform_(layer.weight);
        layer.bias?.zero_();
        return layer;
    }
}
