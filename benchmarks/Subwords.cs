using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>How long subwords take to learn, and how fast they are encoded and decoded.</summary>
internal sealed class Subwords : IBenchmark
{
    private const int Rounds = 3;

    public string Question => "8,000 joint byte-pair merges of the English and German sentences of Multi30k, one thread.";

    public void Run(Report report)
    {
        string path = Environment.GetEnvironmentVariable("PARALLEL_TEXT")
            ?? throw new InvalidOperationException("PARALLEL_TEXT: expected the path of two files, without their endings .en.gz and .de.gz.");
        string[] sentences = [.. Lines(path + ".en.gz"), .. Lines(path + ".de.gz")];
        BytePairTokeniser tokeniser = null!;
        int[][] tokens = [];
        string[] decoded = [];
        double learning = Seconds(() => tokeniser = BytePairTokeniser.Learn(sentences, merges: 8000));
        double encoding = Seconds(() => tokens = [.. sentences.Select(tokeniser.Encode)]);
        double decoding = Seconds(() => decoded = [.. tokens.Select(sentence => tokeniser.Decode(sentence))]);
        report.Table(["What", "Figure"],
        [
            ["Sentences", Text(sentences.Length)],
            ["Vocabulary", Text(tokeniser.Count)],
            ["Tokens a sentence", Text(tokens.Average(sentence => sentence.Length))],
            ["Learning, s", Text(learning)],
            ["Encoding, sentences/s", Text(sentences.Length / encoding)],
            ["Encoding, tokens/s", Text(tokens.Sum(sentence => (long)sentence.Length) / encoding)],
            ["Decoding, sentences/s", Text(sentences.Length / decoding)],
            ["Sentences that come back exactly", Text(sentences.Zip(decoded).Count(pair => pair.First == pair.Second))],
        ]);
        report.Note($"Best of {Rounds} rounds.");
    }

    private static double Seconds(Action work) => Enumerable.Range(0, Rounds).Min(_ =>
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    private static string Text(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
