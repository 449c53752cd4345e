using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Keys and values of one layer while positions are generated one by one: those of the block under way with what it sees outside, and those
/// of finished blocks that later ones will see. Nothing of a finished block is computed again.
/// </summary>
internal sealed class BlockCache(AttentionBlocks layout) : IDisposable
{
    private readonly Dictionary<int, KeysAndValues> finished = [];
    private KeysAndValues? current;
    private int next;

    private AttentionBlock Block => layout.Blocks[layout.BlockOf[next]];

    /// <summary>Adds the next position, [N, heads, 1, d].</summary>
    /// <returns>What it sees, itself included; valid until the next call.</returns>
    public KeysAndValues Append(KeysAndValues own)
    {
        if (next == Block.Start)
            Enter(own);
        int before = Block.Outside.Length + next - Block.Start;
        Write(own, before);
        next++;
        return current!.Value.Range(0, before + 1);
    }

    /// <summary>Takes the first positions, computed together: [N, heads, at least so many, d].</summary>
    public void Fill(KeysAndValues all, int positions)
    {
        using var scope = NewDisposeScope();
        for (; next < positions; next = Math.Min(positions, Block.End))
            if (Block.End <= positions)
                Keep(layout.BlockOf[next], all.Range(Block.Start, Block.Length));
            else
            {
                Enter(all);
                Write(all.Range(Block.Start, positions - Block.Start), Block.Outside.Length);
            }
    }

    public void Dispose()
    {
        current?.Dispose();
        foreach (KeysAndValues block in finished.Values)
            block.Dispose();
        finished.Clear();
        current = null;
    }

    /// <summary>Makes room for the block that begins, and puts into it what the block sees outside.</summary>
    private void Enter(KeysAndValues like)
    {
        using var scope = NewDisposeScope();
        Finish();
        current = new KeysAndValues(Room(like.Keys_NHSK), Room(like.Values_NHSV));
        int place = 0;
        foreach (var source in Block.Outside.GroupBy(position => layout.BlockOf[position]))
        {
            long[] offsets = [.. source.Select(position => (long)(position - layout.Blocks[source.Key].Start))];
            Write(finished[source.Key].Select(2, tensor(offsets, device: like.Keys_NHSK.device)), place);
            place += offsets.Length;
        }
        foreach (int block in finished.Keys.Where(block => layout.LastReaderOf(block) <= layout.BlockOf[next]).ToArray())
        {
            finished[block].Dispose();
            finished.Remove(block);
        }
    }

    private Tensor Room(Tensor like) =>
        empty([like.shape[0], like.shape[1], Block.Outside.Length + Block.Length, like.shape[3]], like.dtype, like.device).DetachFromDisposeScope();

    private void Finish()
    {
        if (current is not { } done)
            return;
        int number = layout.BlockOf[next - 1];
        AttentionBlock block = layout.Blocks[number];
        Keep(number, done.Range(block.Outside.Length, block.Length));
        done.Dispose();
        current = null;
    }

    private void Keep(int block, KeysAndValues its)
    {
        if (layout.LastReaderOf(block) > 0)
            finished[block] = its.Kept();
    }

    private void Write(KeysAndValues what, int place)
    {
        KeysAndValues target = current!.Value.Range(place, what.Keys_NHSK.shape[2]);
        target.Keys_NHSK.copy_(what.Keys_NHSK);
        target.Values_NHSV.copy_(what.Values_NHSV);
    }
}
