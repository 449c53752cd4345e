using System.Runtime.InteropServices;

namespace MLNetDeepExtensions.Backend;

/// <summary>What a process can find out about itself when the native libraries of TorchSharp do not load.</summary>
/// <param name="Platform">Operating system, C library if it is musl, and architecture, as in <c>linux-musl-x64</c>.</param>
/// <param name="SystemName">Name and version of the operating system.</param>
/// <param name="MissingFiles">Libraries that no folder of the application holds.</param>
/// <param name="Glibc">Version of the GNU C library, null elsewhere.</param>
/// <param name="Glibcxx">Newest symbol version of libstdc++, as in <c>GLIBCXX_3.4.30</c>, null if unknown.</param>
/// <param name="LoaderMessage">What the loader said.</param>
internal sealed record BackendFindings(
    string Platform, string SystemName, IReadOnlyList<string> MissingFiles, string? Glibc, string? Glibcxx, string LoaderMessage)
{
    internal static BackendFindings Gather(Exception fault)
    {
        bool linux = OperatingSystem.IsLinux();
        return new(CurrentPlatform(), RuntimeInformation.OSDescription, FindMissingFiles(),
            linux ? LinuxLibraries.GlibcVersion() : null, linux ? LinuxLibraries.NewestGlibcxx() : null, fault.GetBaseException().Message);
    }

    internal static string CurrentPlatform()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        string musl = RuntimeInformation.RuntimeIdentifier.Contains("musl") ? "-musl" : "";
        return $"{system}{musl}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    static string[] FindMissingFiles()
    {
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        string[] folders = [AppContext.BaseDirectory, .. searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)];
        string[] needed = [FileName("torch_cpu"), FileName("LibTorchSharp")];
        return [.. needed.Where(file => !folders.Any(folder => File.Exists(Path.Combine(folder, file))))];
    }

    static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}
