using System.Text.RegularExpressions;

namespace MLNetDeepExtensions.Backend;

/// <summary>Turns findings into a message that says what is missing and how to add it.</summary>
internal static partial class BackendDiagnosis
{
    const string WindowsModuleNotFound = "0x8007007E", WindowsProcedureNotFound = "0x8007007F";

    /// <summary>What build/LibTorchSharpCompat.targets marks weak.</summary>
    const string LiftedNeed = "GLIBCXX_3.4.32";

    internal static string Explain(BackendFindings found)
    {
        string[] reasons = [.. Reasons(found)];
        if (reasons.Length == 0)
            reasons = [$"the loader says: {found.LoaderMessage.Trim()}"];
        return $"The native libraries of TorchSharp {BackendPackages.TorchSharpVersion} cannot be loaded "
            + $"on {found.SystemName}, {found.Platform}:" + string.Concat(reasons.Select(reason => $"\n- {reason}"));
    }

    static IEnumerable<string> Reasons(BackendFindings found)
    {
        if (BackendPackages.For(found.Platform) is not { } packages)
            return [UnsupportedPlatform(found.Platform)];
        return [.. MissingFiles(found, packages), .. OldLibraries(found), .. MissingDependencies(found), .. OtherVersion(found, packages)];
    }

    static string UnsupportedPlatform(string platform) =>
        $"there are none for {platform}, only for {string.Join(", ", BackendPackages.Platforms)}"
        + (platform.Contains("musl") ? "; they need the GNU C library, which Alpine lacks: use Debian, Ubuntu or RHEL." : ".");

    static IEnumerable<string> MissingFiles(BackendFindings found, BackendPackages packages)
    {
        if (found.MissingFiles.Count > 0)
            yield return $"{string.Join(" and ", found.MissingFiles)} not found beside the application: "
                + $"add the package {packages} to the project that is run.";
    }

    static IEnumerable<string> OldLibraries(BackendFindings found)
    {
        foreach (Match match in VersionNotFound().Matches(found.LoaderMessage).DistinctBy(match => match.Value))
        {
            string needed = match.Groups["needed"].Value;
            yield return needed.StartsWith("GLIBCXX", StringComparison.Ordinal)
                ? $"libstdc++ is too old: needed {needed}, found {found.Glibcxx ?? "none"}. The build files of the package "
                    + $"MLNetDeepExtensions lift the need of {LiftedNeed}: let the project that is run take them, "
                    + "or install the libstdc++ of GCC 13."
                : $"the C library is too old: needed {needed}, found GLIBC_{found.Glibc ?? "none"}. "
                    + "Use a newer system, such as Debian 12, Ubuntu 22.04 or RHEL 9.";
        }
    }

    static IEnumerable<string> MissingDependencies(BackendFindings found)
    {
        if (found.MissingFiles.Count > 0)
            yield break;
        foreach (string name in MissingDependency().Matches(found.LoaderMessage).Select(match => match.Groups["name"].Value).Distinct())
            yield return $"{name}, which they depend on, not found.";
        if (found.LoaderMessage.Contains(WindowsModuleNotFound))
            yield return "a library that they depend on not found: install the Microsoft Visual C++ Redistributable.";
    }

    static IEnumerable<string> OtherVersion(BackendFindings found, BackendPackages packages)
    {
        if (found.LoaderMessage.Contains("undefined symbol") || found.LoaderMessage.Contains(WindowsProcedureNotFound))
            yield return $"the libtorch that was found is of another version than {BackendPackages.LibtorchVersion}: "
                + $"use the package {packages} and no other, and no libtorch of the system.";
    }

    [GeneratedRegex("version [`'](?<needed>GLIBC(XX)?_[0-9.]+)' not found")]
    private static partial Regex VersionNotFound();

    // The loader names what it was asked for by path, and what that depends on by name.
    [GeneratedRegex(@"^(?<name>[^/\s]+): cannot open shared object file", RegexOptions.Multiline)]
    private static partial Regex MissingDependency();
}
