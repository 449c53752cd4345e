using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Attention of every block's queries to its memory, all blocks at once (Parmar et al., arXiv 1802.05751, section 3.3): equal to attention
/// of all positions to all with what is not seen masked, at the cost of the memories alone.
/// </summary>
internal sealed class BlockAttention : nn.Module
{
    private readonly int count, length, memoryLength;
    private readonly ConstantTensor? queries_Q, places_T;
    private readonly ConstantTensor memory_M, mask_B1LM;

    public BlockAttention(AttentionBlocks layout) : base(nameof(BlockAttention))
    {
        count = layout.Blocks.Count;
        length = layout.Blocks.Max(block => block.Length);
        int outside = layout.Blocks.Max(block => block.Outside.Length);
        memoryLength = outside + length;

        // Blocks and memories that are shorter than the longest are filled up with position 0, which is masked.
        var queries = new long[count * length];
        var memory = new long[count * memoryLength];
        var mask = new bool[(long)count * length * memoryLength];
        var places = new long[layout.Order.Length];
        for (int b = 0; b < count; b++)
        {
            AttentionBlock block = layout.Blocks[b];
            for (int i = 0; i < block.Length; i++)
            {
                places[block.Start + i] = b * length + i;
                queries[b * length + i] = memory[b * memoryLength + outside + i] = block.Start + i;
            }
            block.Outside.Select(position => (long)position).ToArray().CopyTo(memory, b * memoryLength);
            for (int i = 0; i < length; i++)
            {
                Span<bool> sees = mask.AsSpan((b * length + i) * memoryLength, memoryLength);
                sees[..block.Outside.Length].Fill(true);
                // A query that only fills up sees something too: nothing at all would give no number.
                sees.Slice(outside, layout.IsCausal ? Math.Min(i + 1, block.Length) : block.Length).Fill(true);
            }
        }
        using var scope = NewDisposeScope();
        memory_M = new ConstantTensor(tensor(memory));
        mask_B1LM = new ConstantTensor(tensor(mask).view(count, 1, length, memoryLength));
        if (layout.Blocks.All(block => block.Length == length))
            return;
        queries_Q = new ConstantTensor(tensor(queries));
        places_T = new ConstantTensor(tensor(places));
    }

    /// <summary>The sum of values that each position sees, weighted by the softmax of its query times their keys.</summary>
    /// <param name="queries_NHTK">Of all positions in the order of generation.</param>
    /// <param name="all">Keys and values of all positions.</param>
    /// <returns>[N, heads, T, d].</returns>
    public Tensor Attend(Tensor queries_NHTK, KeysAndValues all)
    {
        using var scope = NewDisposeScope();
        Device device = queries_NHTK.device;
        Tensor memory = memory_M.On(device);
        Tensor found_BGLV = nn.functional.scaled_dot_product_attention(
            ByBlock(queries_NHTK, queries_Q?.On(device), length), ByBlock(all.Keys_NHSK, memory, memoryLength), ByBlock(all.Values_NHSV, memory, memoryLength),
            attn_mask: mask_B1LM.On(device));
        (long n, long heads, long d) = (queries_NHTK.shape[0], queries_NHTK.shape[1], found_BGLV.shape[3]);
        Tensor found_NHQV = found_BGLV.view(count, n, heads, length, d).permute(1, 2, 0, 3, 4).reshape(n, heads, count * length, d);
        return (places_T is null ? found_NHQV : found_NHQV.index_select(2, places_T.On(device))).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (ConstantTensor? constant in new[] { queries_Q, places_T, memory_M, mask_B1LM })
                constant?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>[blocks, N * heads, per block, d] of [N, heads, T, d].</summary>
    private Tensor ByBlock(Tensor x_NHTD, Tensor? index, int perBlock)
    {
        (long n, long heads, long d) = (x_NHTD.shape[0], x_NHTD.shape[1], x_NHTD.shape[3]);
        Tensor picked = index is null ? x_NHTD : x_NHTD.index_select(2, index);
        return picked.reshape(n, heads, count, perBlock, d).permute(2, 0, 1, 3, 4).reshape(count, n * heads, perBlock, d);
    }
}
