using System.Globalization;

namespace MLNetDeepExtensions.Sources;

/// <summary>
/// Finds and reads the class names of a YOLO data set: <c>names</c> in <c>data.yaml</c> (or any other YAML file of the folder), or
/// <c>classes.txt</c> or <c>obj.names</c>, one name to a line. Of a YAML file nothing else is read, least of all its paths.
/// </summary>
internal static class YoloClassNames
{
    const long MaxBytes = 1024 * 1024;

    /// <exception cref="FileNotFoundException">No file gives names.</exception>
    /// <exception cref="AnnotationFault">The file that should give them does not.</exception>
    public static IReadOnlyList<string> Find(string root, YoloFolder folder)
    {
        string[] yaml = [.. Directory.EnumerateFiles(root, "*.y*ml")
            .OrderByDescending(path => Path.GetFileName(path) == "data.yaml").ThenBy(path => path, StringComparer.Ordinal)];
        if (yaml.Select(path => FromYaml(path, Lines(path))).OfType<IReadOnlyList<string>>().FirstOrDefault() is { } names)
            return names;
        string[] lists = [.. new[] { root, folder.Labels, folder.Images }
            .SelectMany(place => new[] { "classes.txt", "obj.names" }.Select(file => Path.Combine(place, file))).Where(File.Exists)];
        return lists.Length > 0
            ? [.. Lines(lists[0]).Select(line => line.Trim()).Reverse().SkipWhile(line => line.Length == 0).Reverse()]
            : throw new FileNotFoundException($"{root}: expected class names in data.yaml, classes.txt or obj.names; or give them as an argument.");
    }

    static string[] Lines(string path) => new FileInfo(path).Length <= MaxBytes
        ? File.ReadAllLines(path)
        : throw new AnnotationFault(path, null, $"expected a file of class names, of at most {MaxBytes} bytes");

    /// <summary>The entry <c>names</c>, as a list or by numbers, in one line or several; null if there is none.</summary>
    internal static IReadOnlyList<string>? FromYaml(string path, string[] lines)
    {
        int start = Array.FindIndex(lines, line => line.StartsWith("names:", StringComparison.Ordinal));
        if (start < 0)
            return null;
        string inline = WithoutComment(lines[start]["names:".Length..]).Trim();
        IEnumerable<string> following = lines[(start + 1)..].Select(WithoutComment).Where(line => line.Trim().Length > 0);
        IEnumerable<string> entries = inline.Length > 0
            ? SplitFlow(string.Concat(following.Prepend(inline)))
            : following.TakeWhile(line => char.IsWhiteSpace(line[0]) || line[0] == '-').Select(line => line.Trim());
        return Numbered(path, start + 1, [.. entries.Select(entry => entry.Trim()).Where(entry => entry.Length > 0)]);
    }

    static IReadOnlyList<string> Numbered(string path, int line, string[] entries)
    {
        var names = new SortedDictionary<int, string>();
        foreach (string entry in entries)
        {
            int colon = entry.IndexOf(": ", StringComparison.Ordinal);
            bool isNumbered = colon > 0 && int.TryParse(entry[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out _);
            int number = isNumbered ? int.Parse(entry[..colon], CultureInfo.InvariantCulture) : names.Count;
            string name = isNumbered ? entry[(colon + 2)..] : entry.StartsWith("- ", StringComparison.Ordinal) ? entry[2..] : entry;
            names[number] = Unquoted(name.Trim());
        }
        return names.Count > 0 && names.Keys.Last() == names.Count - 1
            ? [.. names.Values]
            : throw new AnnotationFault(path, $"line {line}", "expected the names of classes 0, 1, 2, ... without a gap");
    }

    /// <summary>The entries between the brackets of <c>[a, b]</c> or <c>{0: a, 1: b}</c>.</summary>
    static IEnumerable<string> SplitFlow(string text)
    {
        int start = 1;
        char quote = '\0';
        for (int i = 1; i < text.Length; i++)
        {
            if (quote != '\0' ? text[i] == quote : text[i] is '\'' or '"')
                quote = quote == '\0' ? text[i] : '\0';
            else if (quote == '\0' && text[i] is ',' or ']' or '}')
            {
                yield return text[start..i];
                if (text[i] != ',')
                    yield break;
                start = i + 1;
            }
        }
    }

    static string WithoutComment(string line)
    {
        int comment = line.IndexOf(" #", StringComparison.Ordinal);
        return line.StartsWith('#') ? "" : comment < 0 ? line : line[..comment];
    }

    static string Unquoted(string name) => name.Length >= 2 && name[0] == name[^1] && name[0] is '\'' or '"'
        ? name[1..^1].Replace("''", "'")
        : name;
}
