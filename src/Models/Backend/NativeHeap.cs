using System.Runtime.InteropServices;

namespace MLNetDeepExtensions.Backend;

/// <summary>
/// Has glibc keep freed memory for the next pass through a network, which asks for the same blocks again, instead of giving it back to the system and getting it
/// anew, page by page.
/// </summary>
/// <remarks>
/// A training needs no more memory at its peak, but stays there until it ends: see <see cref="GiveBack"/>. Other C libraries are left as they are, and so is glibc
/// where the environment says how it is to work.
/// </remarks>
internal static class NativeHeap
{
    // Of malloc.h.
    const int TrimThreshold = -1, MostMappedBlocks = -4, Never = -1;

    static readonly string[] Settings =
        ["GLIBC_TUNABLES", "MALLOC_MMAP_THRESHOLD_", "MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_"];
    static TrimFunction? s_trim;

    public static void Keep()
    {
        if (!OperatingSystem.IsLinux() || Settings.Any(name => Environment.GetEnvironmentVariable(name) is not null)
            || !NativeLibrary.TryLoad("libc.so.6", out nint library)
            || !NativeLibrary.TryGetExport(library, "mallopt", out nint set) || !NativeLibrary.TryGetExport(library, "malloc_trim", out nint trim))
            return;
        var setOption = Marshal.GetDelegateForFunctionPointer<SetFunction>(set);
        if (setOption(MostMappedBlocks, 0) != 0 && setOption(TrimThreshold, Never) != 0)
            s_trim = Marshal.GetDelegateForFunctionPointer<TrimFunction>(trim);
    }

    /// <summary>Gives back what is free: when a training or a model has ended.</summary>
    public static void GiveBack() => s_trim?.Invoke(0);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int SetFunction(int option, int value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int TrimFunction(nuint leftOver);
}
