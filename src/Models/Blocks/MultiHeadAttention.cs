using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Attention of several heads: Concat(head_1, ..., head_h) W_O with head_i = softmax(Q W_Q (K W_K)^T / sqrt(d_k)) V W_V (Vaswani et
/// al., arXiv 1706.03762, sections 3.2.1 and 3.2.2).</summary>
/// <remarks>State names are those of fairseq: q_proj, k_proj, v_proj, out_proj.</remarks>
internal sealed class MultiHeadAttention : nn.Module
{
    private readonly Linear q_proj, k_proj, v_proj, out_proj;
    private readonly int heads;
    private readonly double dropout;

    /// <param name="size">Numbers of a position that come in and go out.</param>
    /// <param name="heads">How many.</param>
    /// <param name="keySize">Numbers of a key of one head.</param>
    /// <param name="valueSize">Numbers of a value of one head.</param>
    /// <param name="biases">The layers have biases.</param>
    /// <param name="dropout">Share of the weights that are dropped in training.</param>
    public MultiHeadAttention(int size, int heads, int keySize, int valueSize, bool biases, double dropout) : base(nameof(MultiHeadAttention))
    {
        (this.heads, this.dropout) = (heads, dropout);
        q_proj = Dense.Of(size, heads * keySize, biases);
        k_proj = Dense.Of(size, heads * keySize, biases);
        v_proj = Dense.Of(size, heads * valueSize, biases);
        out_proj = Dense.Of(heads * valueSize, size, biases);
        RegisterComponents();
    }

    /// <summary>Keys and values of what is attended to [N, S, d].</summary>
    public KeysAndValues Remember(Tensor x_NSD)
    {
        Tensor input = x_NSD.to(k_proj.weight.dtype);
        return new KeysAndValues(Heads(k_proj.call(input)), Heads(v_proj.call(input)));
    }

    /// <summary>What queries [N, T, d] find: [N, T, d].</summary>
    /// <param name="x_NTD">The queries.</param>
    /// <param name="memory">Keys and values, in the number format in which the heads are to compute.</param>
    /// <param name="mask">Bool, to broadcast to [N, h, T, S]: true where a query may look; null for everywhere.</param>
    /// <param name="isCausal">A query may not look at what stands behind it; then there is no mask.</param>
    public Tensor Attend(Tensor x_NTD, KeysAndValues memory, Tensor? mask = null, bool isCausal = false)
    {
        using var scope = NewDisposeScope();
        Tensor found_NHTV = nn.functional.scaled_dot_product_attention(
            Queries(x_NTD).to(memory.Keys_NHSK.dtype), memory.Keys_NHSK, memory.Values_NHSV, mask, training ? dropout : 0, isCausal);
        return Join(found_NHTV).MoveToOuterDisposeScope();
    }

    /// <summary>How strongly queries [N, T, d] attend, on average over the heads: Float32 [N, T, S].</summary>
    /// <param name="x_NTD">The queries.</param>
    /// <param name="memory">Keys and values.</param>
    /// <param name="mask">As in <see cref="Attend"/>.</param>
    public Tensor Weights(Tensor x_NTD, KeysAndValues memory, Tensor mask)
    {
        using var scope = NewDisposeScope();
        Tensor queries_NHTK = Queries(x_NTD);
        Tensor scores_NHTS = queries_NHTK.matmul(memory.Keys_NHSK.transpose(2, 3)) / Math.Sqrt(queries_NHTK.shape[3]);
        Tensor masked_NHTS = scores_NHTS.to(ScalarType.Float32).masked_fill(mask.logical_not(), float.NegativeInfinity);
        return masked_NHTS.softmax(3).mean([1]).MoveToOuterDisposeScope();
    }

    /// <summary>Queries of all heads [N, h, T, d_k] of positions [N, T, d].</summary>
    public Tensor Queries(Tensor x_NTD) => Heads(q_proj.call(x_NTD.to(q_proj.weight.dtype)));

    /// <summary>What all heads found [N, h, T, d_v] as one vector for each position [N, T, d].</summary>
    public Tensor Join(Tensor found_NHTV) => out_proj.call(found_NHTV.to(out_proj.weight.dtype).transpose(1, 2).flatten(2));

    private Tensor Heads(Tensor x_NTE) => x_NTE.unflatten(2, heads, x_NTE.shape[2] / heads).transpose(1, 2);
}
