using System.Runtime.Intrinsics.X86;

namespace MLNetDeepExtensions.Backend;

/// <summary>Sizes of the processor's data caches in bytes, as oneDNN wants to know them.</summary>
internal readonly record struct ProcessorCaches(int Level1, int Level2, int Level3)
{
    const int CacheTopology = unchecked((int)0x8000001D), Level1Sizes = unchecked((int)0x80000005), OuterSizes = unchecked((int)0x80000006);
    const int LargestLevel3 = 32 << 20; // of one core complex; the leaf speaks of all

    /// <summary>
    /// True on an AMD processor that keeps quiet about its caches where oneDNN asks (CPUID leaf 8000001D), as some virtual machines make it do, but tells their
    /// sizes in the older leaves.
    /// </summary>
    public static bool AreHidden(out ProcessorCaches caches)
    {
        caches = default;
        if (!X86Base.IsSupported || !IsAmd() || X86Base.CpuId(unchecked((int)0x80000000), 0).Eax - CacheTopology < 0 || X86Base.CpuId(CacheTopology, 0) != default)
            return false;
        (_, _, int inner, _) = X86Base.CpuId(Level1Sizes, 0);
        (_, _, int middle, int outer) = X86Base.CpuId(OuterSizes, 0);
        long level3 = ((uint)outer >> 18) * (512L << 10);
        caches = new((int)((uint)inner >> 24) << 10, (int)((uint)middle >> 16) << 10, (int)Math.Min(level3, LargestLevel3));
        return caches is { Level1: > 0, Level2: > 0, Level3: > 0 };
    }

    // "AuthenticAMD"
    static bool IsAmd() => X86Base.CpuId(0, 0) is (_, 0x68747541, 0x444D4163, 0x69746E65);
}
