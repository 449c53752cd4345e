using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MLNetDeepExtensions.Backend;

/// <summary>Versions of the system libraries that native code on Linux depends on.</summary>
internal static partial class LinuxLibraries
{
    static readonly string[] UsualFolders = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib"];

    /// <summary>Version of the GNU C library, or null if there is another one.</summary>
    internal static string? GlibcVersion()
    {
        try
        {
            return Marshal.PtrToStringUTF8(gnu_get_libc_version());
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The newest symbol version of the process's C++ library, as in <c>GLIBCXX_3.4.30</c>, or null if none can be read.</summary>
    internal static string? NewestGlibcxx()
    {
        try
        {
            return FindLibstdcxx() is { } path ? NewestVersion(Encoding.Latin1.GetString(File.ReadAllBytes(path))) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static string? NewestVersion(string content) =>
        GlibcxxName().Matches(content).MaxBy(match => Version.Parse(match.Groups[1].Value))?.Value;

    // The runtime itself usually uses the library, so the one in memory comes first.
    static string? FindLibstdcxx() =>
        File.ReadLines("/proc/self/maps").Where(line => line.Contains("/libstdc++.so.6")).Select(line => line[line.IndexOf('/')..])
            .Concat(UsualFolders.Select(folder => $"{folder}/libstdc++.so.6"))
            .FirstOrDefault(File.Exists);

    [GeneratedRegex(@"GLIBCXX_(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)")]
    private static partial Regex GlibcxxName();

    [DllImport("libc.so.6")]
    static extern nint gnu_get_libc_version();
}
