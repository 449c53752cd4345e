using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Sources;

/// <summary>Images of two domains, from a folder each.</summary>
internal sealed record UnpairedImagesSource(IReadOnlyList<string> First, IReadOnlyList<string> Second, string FirstName, string SecondName)
{
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">A folder has no image, or a file is no image and such are not to be skipped.</exception>
    public static UnpairedImagesSource Read(IHostEnvironment env, string firstFolder, string secondFolder, BadRows badRows)
    {
        using IChannel channel = env.Start("LoadFromUnpairedImages");
        var faults = new FaultLog(badRows, "Left out {0} bad rows");
        List<string> first = Images(env, firstFolder, faults), second = Images(env, secondFolder, faults);
        faults.WriteTo(channel);
        return new UnpairedImagesSource(first, second, NameOf(firstFolder), NameOf(secondFolder));
    }

    /// <summary>The first domain's rows, then the second's.</summary>
    public IDataView ToView(IHostEnvironment env)
    {
        string[] paths = [.. First, .. Second];
        ClassLabels domains = FirstName == SecondName ? ClassLabels.Named("first", "second") : ClassLabels.Named(FirstName, SecondName);
        return new IndexedView(env, paths.Length,
            new IndexedColumn<ReadOnlyMemory<char>>("ImagePath", TextDataViewType.Instance, (long row, ref ReadOnlyMemory<char> path) => path = paths[row].AsMemory()),
            new IndexedColumn<uint>("Domain", domains.KeyType, (long row, ref uint key) => key = row < First.Count ? 1u : 2u, domains.Annotations));
    }

    private static List<string> Images(IHostEnvironment env, string folder, FaultLog faults)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: there is no such folder.");
        var paths = new List<string>();
        foreach (string path in ImageFiles.In(folder, faults))
        {
            env.ThrowIfCancelled();
            paths.Add(path);
        }
        return paths.Count > 0 ? paths : throw new InvalidDataException($"{folder}: expected at least one image, found none.");
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
