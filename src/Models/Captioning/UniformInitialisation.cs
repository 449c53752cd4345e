using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>First weights as in im2txt: uniform in [-0.08, 0.08]; biases are zero.</summary>
internal static class UniformInitialisation
{
    private const double Range = 0.08;

    public static TorchSharp.Modules.Linear Linear(int inputs, int outputs, bool hasBias)
    {
        var layer = nn.Linear(inputs, outputs, hasBias);
        using var constant = no_grad();
        using var scope = NewDisposeScope();
        Fill(layer.weight);
        layer.bias?.zero_();
        return layer;
    }

    public static void Fill(Tensor weight) => nn.init.uniform_(weight, -Range, Range);
}
