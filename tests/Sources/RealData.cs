using System.Runtime.CompilerServices;

namespace MLNetDeepExtensions.Tests.Sources;

/// <summary>Real data sets that do not belong to the repository.</summary>
internal static class RealData
{
    /// <summary>Folder of a data set: in the folder that MLNETDEEP_DATA names, else in <c>shared/data</c> in or beside a folder above
    /// the repository.</summary>
    public static string Folder(string name)
    {
        string? folder = Roots().Select(root => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);
        if (folder is null)
            Assert.Inconclusive($"The data set '{name}' is not on this machine: set MLNETDEEP_DATA to the folder that holds it.");
        return folder;
    }

    static IEnumerable<string> Roots([CallerFilePath] string here = "")
    {
        if (Environment.GetEnvironmentVariable("MLNETDEEP_DATA") is { Length: > 0 } named)
            yield return named;
        for (DirectoryInfo? above = new FileInfo(here).Directory; above is not null; above = above.Parent)
            yield return Path.Combine(above.FullName, "shared", "data");
    }
}
