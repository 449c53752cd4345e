using MLNetDeepExtensions.Backend;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Text;

/// <summary>Sentences of a batch as tensors on a device: each is filled up at its end to the length of the longest.</summary>
public sealed class PaddedTokens : IDisposable
{
    private PaddedTokens(Tensor tokens_NT, Tensor mask_NT, Tensor positions_M, IReadOnlyList<int> lengths) =>
        (Tokens_NT, Mask_NT, Positions_M, Lengths) = (tokens_NT, mask_NT, positions_M, lengths);

    /// <summary>Int64 [sentences, longest].</summary>
    public Tensor Tokens_NT { get; }

    /// <summary>Bool [sentences, longest]: true for a token, false for padding.</summary>
    public Tensor Mask_NT { get; }

    /// <summary>Int64 [tokens]: places of the tokens, sentence by sentence, when the first two dimensions are one.</summary>
    public Tensor Positions_M { get; }

    /// <summary>Tokens of each sentence.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>How many sentences there are.</summary>
    public int Count => Lengths.Count;

    /// <summary>Tokens of the longest sentence.</summary>
    public int Length => (int)Tokens_NT.shape[1];

    /// <summary>Pads sentences.</summary>
    /// <param name="sentences">At least one, none of them empty.</param>
    /// <param name="padding">The token to fill up with.</param>
    /// <param name="device">Where the tensors are to be.</param>
    public static PaddedTokens Of(IReadOnlyList<IReadOnlyList<int>> sentences, int padding, Device device)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0 || sentences.Any(sentence => sentence.Count == 0))
            throw new ArgumentException("Expected at least one sentence, none of them empty.", nameof(sentences));
        int longest = sentences.Max(sentence => sentence.Count);
        var tokens = new long[sentences.Count * longest];
        var mask = new bool[tokens.Length];
        var positions = new List<long>();
        Array.Fill(tokens, padding);
        for (int sentence = 0; sentence < sentences.Count; sentence++)
        {
            for (int i = 0; i < sentences[sentence].Count; i++)
            {
                int place = sentence * longest + i;
                tokens[place] = sentences[sentence][i];
                mask[place] = true;
                positions.Add(place);
            }
        }
        long[] shape = [sentences.Count, longest];
        return new PaddedTokens(Placed.On(device, tensor(tokens, shape)), Placed.On(device, tensor(mask, shape)),
            Placed.On(device, tensor(positions.ToArray())), [.. sentences.Select(sentence => sentence.Count)]);
    }

    /// <summary>Of [sentences, longest, ...] what belongs to tokens: [tokens, ...].</summary>
    public Tensor Real(Tensor padded) => padded.flatten(0, 1).index_select(0, Positions_M);

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens_NT.Dispose();
        Mask_NT.Dispose();
        Positions_M.Dispose();
    }
}
