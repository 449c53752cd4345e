using System.IO.Compression;
using System.Text;
using Microsoft.ML;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class ParallelTextTests
{
    private readonly TemporaryDataSet set = new();

    private sealed class Pair
    {
        public string Source { get; set; } = "";
        public string Target { get; set; } = "";
    }

    private sealed class Referenced
    {
        public string Source { get; set; } = "";
        public string[] Target { get; set; } = [];
    }

    [TestCleanup]
    public void DeleteFiles() => set.Dispose();

    private Pair[] Rows(string source, string target, BadRows badRows = BadRows.Fail, BadRows emptyLines = BadRows.Skip) => [.. set.ML.Data.CreateEnumerable<Pair>(
        set.ML.Data.LoadFromParallelText(set.PathOf(source), set.PathOf(target), badRows, emptyLines), reuseRowObject: false)];

    private void WriteBytes(string name, byte[] bytes)
    {
        using FileStream file = File.Create(set.PathOf(name));
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(bytes);
    }

    private string Failure(string source, string target, BadRows badRows = BadRows.Fail, BadRows emptyLines = BadRows.Skip) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Rows(source, target, badRows, emptyLines)).Message;

    [TestMethod]
    public void PlainAndGzippedFilesAreRead()
    {
        set.Write("a.en", "A dog.\r\nTwo \u72d7 dogs.\n\u05e9\u05dc\u05d5\u05dd");
        WriteBytes("a.de.gz", Encoding.UTF8.GetBytes("\ufeffEin Hund.\nZwei Hunde.\u2028\u0085\rdrei\nHallo\n"));
        Pair[] rows = Rows("a.en", "a.de.gz");
        CollectionAssert.AreEqual(new[] { "A dog.", "Two \u72d7 dogs.", "\u05e9\u05dc\u05d5\u05dd" }, rows.Select(row => row.Source).ToArray());
        CollectionAssert.AreEqual(new[] { "Ein Hund.", "Zwei Hunde.\u2028\u0085\rdrei", "Hallo" }, rows.Select(row => row.Target).ToArray());
        Assert.IsEmpty(set.Warnings);
    }

    [TestMethod]
    [DataRow("a\nb\nc\n", "a\nb", 3, 2), DataRow("a", "a\nb\nc\nd", 1, 4), DataRow("", "a", 0, 1)]
    public void DifferentNumbersOfLinesAreReported(string source, string target, int sourceLines, int targetLines)
    {
        set.Write("a", source).Write("b", target);
        Assert.AreEqual($"{set.PathOf("a")}: it has {sourceLines} lines, but {set.PathOf("b")} has {targetLines}: expected one line for each line", Failure("a", "b", BadRows.Skip));
    }

    [TestMethod]
    public void BytesThatAreNotUtf8AreNamedByTheirLine()
    {
        set.Write("a", "1\n2\n3\n");
        WriteBytes("b", [(byte)'x', (byte)'\n', 0xC3, 0x28, (byte)'\n', (byte)'z', (byte)'\n']);
        Assert.AreEqual(set.PathOf("b") + ", line 2: expected UTF-8, got other bytes", Failure("a", "b"));
        CollectionAssert.AreEqual(new[] { "1", "3" }, Rows("a", "b", BadRows.Skip).Select(row => row.Source).ToArray());
        StringAssert.StartsWith(set.Warnings.Single(), "Left out 1 bad lines: ");
    }

    [TestMethod]
    public void PairsWithAnEmptyLineAreLeftOutTogether()
    {
        set.Write("a", "1\n\n3\n4\n").Write("b", "x\ny\n \t\nw\n");
        Assert.AreEqual("1x 4w", string.Join(' ', Rows("a", "b").Select(row => row.Source + row.Target)));
        StringAssert.StartsWith(set.Warnings.Single(), "Left out 2 empty lines: ");
        Assert.AreEqual(set.PathOf("a") + ", line 2: it is empty", Failure("a", "b", emptyLines: BadRows.Fail));
    }

    [TestMethod]
    public void SeveralTargetsBecomeAVector()
    {
        set.Write("s", "1\n2\n").Write("t", "a\nb\n").Write("u", "c\nd\n");
        IDataView view = set.ML.Data.LoadFromParallelText(set.PathOf("s"), [set.PathOf("t"), set.PathOf("u")]);
        Referenced[] rows = [.. set.ML.Data.CreateEnumerable<Referenced>(view, reuseRowObject: false)];
        CollectionAssert.AreEqual(new[] { "b", "d" }, rows[1].Target);
        Assert.AreEqual(2, view.GetRowCount());
        Assert.ThrowsExactly<ArgumentException>(() => set.ML.Data.LoadFromParallelText(set.PathOf("s"), Array.Empty<string>()));
    }

    [TestMethod]
    public void DamagedAndMissingFilesAreReported()
    {
        set.Write("a", "1\n").Write("b.gz", "no gzip\n");
        StringAssert.StartsWith(Failure("a", "b.gz", BadRows.Skip), set.PathOf("b.gz"));
        Assert.ThrowsExactly<FileNotFoundException>(() => Rows("a", "nowhere"));
    }
}
