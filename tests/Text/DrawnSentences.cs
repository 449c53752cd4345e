namespace MLNetDeepExtensions.Tests.Text;

/// <summary>Sentences by the formula that golden/text/make_text_metrics.py shares.</summary>
internal sealed class DrawnSentences(long seed)
{
    private static readonly string[] Words =
    [
        "the", "a", "cat", "cats", "mat", "sits", "sitting", "on", "runs", "running", "dog", "dogs.", "Hello,", "world!", "3,000.50", "U.S.", "it's",
        "\"well-known\"", "1990-95", "(approx.)", "5%", "&amp;", "caf\u00e9", "\u4f60\u597d",
    ];

    private long state = seed;

    /// <summary>Hypotheses with their references.</summary>
    public static (string[] Hypothesis, string[][] References)[] Corpus(long seed, int size, int references, int longest)
    {
        var draw = new DrawnSentences(seed);
        return [.. Enumerable.Range(0, size).Select(_ =>
        {
            string[] first = draw.Sentence(longest, Words.Length);
            string[] hypothesis = draw.Near(first, Words.Length);
            return (hypothesis, (string[][])[first, .. Enumerable.Range(1, references - 1).Select(_ => draw.Near(first, Words.Length))]);
        })];
    }

    public string[] Sentence(int longest, int words) => [.. Enumerable.Range(0, 1 + Below(longest)).Select(_ => Words[Below(words)])];

    private string[] Near(string[] sentence, int words) => [.. sentence.SelectMany(word => Below(8) switch
    {
        0 => (string[])[Words[Below(words)]],
        1 => [],
        2 => [word, word],
        _ => [word],
    })];

    private int Below(int count)
    {
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF;
        return (int)((state >> 8) % count);
    }
}
