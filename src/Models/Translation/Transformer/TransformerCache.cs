using MLNetDeepExtensions.Blocks;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>Keys and values of the target tokens so far, in one layer.</summary>
internal sealed class TransformerCache : IDisposable
{
    private KeysAndValues? held;

    /// <summary>Adds those of the next token of each row [R, h, 1, ...].</summary>
    /// <returns>All so far, which stay the cache's.</returns>
    public KeysAndValues Add(KeysAndValues next)
    {
        Replace(held is { } before
            ? new KeysAndValues(cat([before.Keys_NHSK, next.Keys_NHSK], 2), cat([before.Values_NHSV, next.Values_NHSV], 2))
            : new KeysAndValues(next.Keys_NHSK.clone(), next.Values_NHSV.clone()));
        return held!.Value;
    }

    /// <summary>Replaces the rows by some of them.</summary>
    public void Select(Tensor rows)
    {
        if (held is { } before)
            Replace(before.Select(0, rows));
    }

    public void Dispose()
    {
        held?.Dispose();
    }

    private void Replace(KeysAndValues now)
    {
        Dispose();
        held = new KeysAndValues(now.Keys_NHSK.DetachFromDisposeScope(), now.Values_NHSV.DetachFromDisposeScope());
    }
}
