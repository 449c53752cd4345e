using System.Globalization;

namespace MLNetDeepExtensions.Examples;

/// <summary>A comma-separated table (RFC 4180).</summary>
internal sealed class CsvWriter
{
    private readonly List<string> lines = [];

    public CsvWriter(IEnumerable<string> header) => Add(header);

    public void Add(IEnumerable<object?> fields) => lines.Add(string.Join(',', fields.Select(Text)));

    public void Write(string path) => File.WriteAllLines(path, lines);

    private static string Text(object? field)
    {
        string text = field switch
        {
            double or float => string.Format(CultureInfo.InvariantCulture, "{0:0.######}", field),
            _ => Convert.ToString(field, CultureInfo.InvariantCulture) ?? "",
        };
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }
}
