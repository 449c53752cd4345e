using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>A learned vector for each token. One matrix can serve at both ends of a network: as embedding and, transposed, as the layer
/// before the softmax (Press and Wolf, arXiv 1608.05859).</summary>
/// <remarks>
/// Two users of one matrix share this module: its owner registers it, the others are given it as an argument of their methods. It is then
/// saved once and cannot come apart. Unlike TorchSharp's own module it may be made inside a dispose scope. The state name is PyTorch's,
/// "weight".
/// </remarks>
public sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    /// <param name="count">Tokens of the vocabulary.</param>
    /// <param name="size">Numbers of a vector.</param>
    /// <param name="initialise">Draws the first weights [count, size] in place; normal with deviation 1, as PyTorch's, by default.</param>
    /// <param name="padding">A token whose vector is zero and stays zero; null for none.</param>
    public TokenEmbedding(int count, int size, Action<Tensor>? initialise = null, int? padding = null) : base(nameof(TokenEmbedding))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (padding < 0 || padding >= count)
            throw new ArgumentOutOfRangeException(nameof(padding), padding, $"Expected a token of the vocabulary, 0 to {count - 1}.");
        Padding = padding;
        weight = new Parameter(empty(count, size).DetachFromDisposeScope());
        weight.DetachFromDisposeScope();
        RegisterComponents();
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        (initialise ?? (drawn => nn.init.normal_(drawn)))(weight);
        if (padding is { } token)
            weight[token].zero_();
    }

    /// <summary>Tokens of the vocabulary.</summary>
    public int Count => (int)weight.shape[0];

    /// <summary>Numbers of a vector.</summary>
    public int Size => (int)weight.shape[1];

    /// <summary>The token whose vector is zero; null for none.</summary>
    public int? Padding { get; }

    /// <summary>The number format of the weights.</summary>
    public ScalarType Format => weight.dtype;

    /// <summary>Vectors [..., size] of tokens of any shape, Int64.</summary>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        Tensor vectors = weight.index_select(0, tokens.flatten()).view([.. tokens.shape, Size]);
        // The row itself may move: as a layer before the softmax it gets a gradient like any other.
        if (Padding is { } padding)
            vectors = vectors.masked_fill(tokens.eq(padding).unsqueeze(-1), 0);
        return vectors.MoveToOuterDisposeScope();
    }

    /// <summary>Scores [..., count] before softmax of hidden vectors [..., size], in their number format: their products with the vectors of all
    /// tokens.</summary>
    public Tensor Scores(Tensor hidden) => nn.functional.linear(hidden, weight.to(hidden.dtype));
}
