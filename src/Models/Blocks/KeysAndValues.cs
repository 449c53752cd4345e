using static TorchSharp.torch;

namespace MLNetDeepExtensions.Blocks;

/// <summary>Keys and values of all heads, for a sequence that is attended to.</summary>
/// <param name="Keys_NHSK">For each head and position.</param>
/// <param name="Values_NHSV">For each head and position.</param>
internal readonly record struct KeysAndValues(Tensor Keys_NHSK, Tensor Values_NHSV) : IDisposable
{
    /// <summary>Some of what lies along a dimension, perhaps repeated.</summary>
    public KeysAndValues Select(long dimension, Tensor index) => new(Keys_NHSK.index_select(dimension, index), Values_NHSV.index_select(dimension, index));

    /// <summary>Consecutive positions.</summary>
    public KeysAndValues Range(long start, long length) => new(Keys_NHSK.narrow(2, start, length), Values_NHSV.narrow(2, start, length));

    /// <summary>In Float32: libtorch lets a single query of a head look around several times as fast as in BFloat16.</summary>
    public KeysAndValues ForSingleQueries() => new(Keys_NHSK.to(ScalarType.Float32), Values_NHSV.to(ScalarType.Float32));

    /// <summary>A copy that outlives the dispose scope.</summary>
    public KeysAndValues Kept() => new(Keys_NHSK.clone().DetachFromDisposeScope(), Values_NHSV.clone().DetachFromDisposeScope());

    public void Dispose()
    {
        Keys_NHSK.Dispose();
        Values_NHSV.Dispose();
    }
}
