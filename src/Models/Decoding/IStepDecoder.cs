using static TorchSharp.torch;

namespace MLNetDeepExtensions.Decoding;

/// <summary>
/// Predicts the next token of every hypothesis of a batch from a state that it keeps: caches of attention, states of recurrent layers, what
/// the encoder made. The state has a row for each hypothesis; those of one sentence stand together, equally many for each sentence. At
/// first there is one for each.
/// </summary>
/// <remarks>
/// <see cref="Step"/> and <see cref="Select"/> are called inside a dispose scope that ends with the step: tensors that the state keeps must
/// be detached from it (<c>DetachFromDisposeScope</c>), and those that they replace disposed. Disposing frees the state.
/// </remarks>
public interface IStepDecoder : IDisposable
{
    /// <summary>Sentences at the start, which is the number of rows at the start.</summary>
    int SentenceCount { get; }

    /// <summary>Reads one token for each row and predicts the next.</summary>
    /// <param name="tokens_R">Int64 on the processor, the latest token of each row; at first the start token.</param>
    /// <returns>Scores before softmax, rows by vocabulary, in any floating-point format; left to the scope of the caller.</returns>
    Tensor Step(Tensor tokens_R);

    /// <summary>Replaces the rows of the state by some of them, perhaps repeated.</summary>
    void Select(RowSelection selection);
}

/// <summary>Which rows of a state remain.</summary>
/// <param name="Rows">For each new row the old row that it continues.</param>
/// <param name="Sentences">For each sentence that remains its old place among the sentences; null if all remain. What depends on the
/// sentence alone, such as keys and values of the source, needs to follow only this.</param>
/// <param name="Width">New rows of each sentence.</param>
public sealed record RowSelection(IReadOnlyList<long> Rows, IReadOnlyList<long>? Sentences, int Width);
