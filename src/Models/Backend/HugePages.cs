using System.Runtime.InteropServices;

namespace MLNetDeepExtensions.Backend;

/// <summary>
/// Has libtorch ask Linux for huge pages for tensors of 2 MB and more. Each pass through a network gets such blocks anew, and the system clears them page by page when they
/// are first touched: with pages of 4 KB that can take longer than what is computed in them, above all in a virtual machine.
/// </summary>
/// <remarks>
/// Matters where <c>/sys/kernel/mm/transparent_hugepage/enabled</c> says "madvise", as on Debian and Ubuntu; where it says "always" the system does it unasked. Who sets
/// the variable in the environment decides otherwise.
/// </remarks>
internal static class HugePages
{
    // libtorch reads it once, when it first allocates. .NET's own environment is a copy that native code does not see.
    const string Setting = "THP_MEM_ALLOC_ENABLE";

    public static void Ask()
    {
        if (OperatingSystem.IsLinux())
            SetEnvironmentVariable(Setting, "1", overwrite: 0);
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int SetEnvironmentVariable(string name, string value, int overwrite);
}
