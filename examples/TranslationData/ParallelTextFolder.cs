using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>A folder with files of lines that translate each other: <c>train.en</c> and <c>train.de</c>, plain or <c>.gz</c>.</summary>
internal sealed class ParallelTextFolder
{
    private readonly string path, from, to;

    /// <exception cref="UserError">There is no such folder.</exception>
    public ParallelTextFolder(string path, string from, string to)
    {
        if (!Directory.Exists(path))
            throw new UserError($"{path}: there is no such folder.");
        (this.path, this.from, this.to) = (path, from, to);
    }

    /// <summary>Names that begin so and of which there are files in both languages, in order.</summary>
    public IEnumerable<string> Names(string beginning) => Directory.EnumerateFiles(path, $"{beginning}*").Select(Path.GetFileName)
        .Select(name => NameOf(name!, from)).OfType<string>().Where(name => FileOf(name, to) is not null).Distinct().Order(StringComparer.Ordinal);

    public IDataView Load(MLContext ml, string name) => ml.Data.LoadFromParallelText(FileOf(name, from)!, FileOf(name, to)!);

    public UserError Missing(string beginning) =>
        new($"{path}: expected files {beginning}*.{from} and {beginning}*.{to}, plain or .gz (languages: --from and --to), found none.");

    private string? FileOf(string name, string language) =>
        new[] { $"{name}.{language}", $"{name}.{language}.gz" }.Select(file => Path.Combine(path, file)).FirstOrDefault(File.Exists);

    private static string? NameOf(string file, string language) => new[] { $".{language}", $".{language}.gz" }
        .Where(ending => file.EndsWith(ending, StringComparison.Ordinal)).Select(ending => file[..^ending.Length]).FirstOrDefault();
}
