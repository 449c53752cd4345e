using System.Text;
using System.Text.Json;
using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Tests.Text;

[TestClass]
public sealed class BytePairTokeniserTests
{
    private static readonly string[] Corpus =
        ["Two dogs are running in the snow.", "Two young dogs run over the snow.", "Zwei H\u00fcndchen laufen \u00fcber den Schnee.", "Ein H\u00fcndchen l\u00e4uft."];

    private static readonly BytePairTokeniser Tokeniser = BytePairTokeniser.Learn(Corpus, merges: 500);

    public static IEnumerable<object[]> AnyTexts =>
    [
        [""], [" "], ["a"], ["Two dogs are running in the snow."], ["  two  blanks  and a tab\t.\n\r\n"], ["trailing blank "], ["don't \"quote\" 1,234.5%"],
        ["\u4e24\u53ea\u72d7\u5728\u96ea\u5730\u91cc\u5954\u8dd1\u3002"], ["\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd"], ["\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"],
        ["\u0928\u092e\u0938\u094d\u0924\u0947"], ["\U0001F600\U0001F468\u200D\U0001F469\u200D\U0001F467"], ["\0\u0001\u001f\u007f\u0085\u2028"], ["\u2581\u0120<pad></s><unk>"], ["e\u0301 \ufeff"],
    ];

    [TestMethod]
    [DynamicData(nameof(AnyTexts))]
    public void DecodingGivesTheTextBack(string text)
    {
        int[] tokens = Tokeniser.Encode(text);
        Assert.IsTrue(tokens.All(token => token >= SpecialTokens.Count && token < Tokeniser.Count));
        Assert.AreEqual(text, Tokeniser.Decode(tokens));
        Assert.AreEqual(text, Tokeniser.Decode([Tokeniser.Special.Start, .. tokens, Tokeniser.Special.End, Tokeniser.Special.Pad]));
    }

    [TestMethod]
    public void RandomTextsComeBackToo()
    {
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(_ => (random.Next(4) switch
            {
                0 => new Rune(random.Next(0x20, 0x7F)),
                1 => new Rune(random.Next(0xA0, 0x800)),
                2 => new Rune(random.Next(0x3000, 0xA000)),
                _ => new Rune(random.Next(0x1F300, 0x1FA00)),
            }).ToString()));
            Assert.AreEqual(text, Tokeniser.Decode(Tokeniser.Encode(text)));
        }
    }

    [TestMethod]
    [DataRow(false, "it's  12 \u05e9\u05dc\u05d5\u05dd!?", new[] { "it", "'", "s", " ", " 12", " \u05e9\u05dc\u05d5\u05dd", "!?" })]
    [DataRow(true, "it's  12 \u05e9\u05dc\u05d5\u05dd!?", new[] { "it", "'s", " ", " 12", " \u05e9\u05dc\u05d5\u05dd", "!?" })]
    public void WordsCarryTheBlankBeforeThem(bool asGpt2, string text, string[] expected) => CollectionAssert.AreEqual(
        expected, (asGpt2 ? SubwordSplit.Gpt2Parts : SubwordSplit.Parts).Matches(text).Select(match => match.Value).ToArray());

    [TestMethod]
    public void UnpairedSurrogatesBecomeTheReplacementCharacter()
    {
        Assert.AreEqual("a\ufffdb", Tokeniser.Decode(Tokeniser.Encode("a\ud800b")));
        Assert.AreEqual("\ufffd", Tokeniser.Decode(Tokeniser.Encode("\udc00")));
    }

    [TestMethod]
    public void LongTextsAndLongWordsAreEncoded()
    {
        foreach (string text in new[] { string.Concat(Enumerable.Repeat("dogs ", 10_000)), new string('x', 100_000), new string('\u72d7', 20_000) })
            Assert.AreEqual(text, Tokeniser.Decode(Tokeniser.Encode(text)));
    }

    [TestMethod]
    public void TheMostFrequentPairIsMergedFirst()
    {
        KeyValuePair<IReadOnlyList<string>, long> Word(string word, long count) => new([.. word.Select(c => c.ToString()), "</w>"], count);
        var merges = BytePairLearning.Learn([Word("low", 5), Word("lower", 2), Word("newest", 6), Word("widest", 3)], merges: 5);
        CollectionAssert.AreEqual(new[] { "e s", "es t", "est </w>", "l o", "lo w" }, merges.Select(pair => pair.ToString()).ToArray());
    }

    [TestMethod]
    public void IncrementalCountsGiveWhatCountingAnewGives()
    {
        var random = new Random(3);
        KeyValuePair<IReadOnlyList<string>, long>[] words = [.. Enumerable.Range(0, 200).Select(_ => KeyValuePair.Create<IReadOnlyList<string>, long>(
            [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abc"[random.Next(3)].ToString())], random.Next(1, 20)))];
        var merges = BytePairLearning.Learn(words, merges: 120);
        CollectionAssert.AreEqual(CountedAnew(words, 120), merges.Select(pair => pair.ToString()).ToArray());
    }

    private static string[] CountedAnew(KeyValuePair<IReadOnlyList<string>, long>[] words, int merges)
    {
        var learned = new List<string>();
        List<(List<string> Tokens, long Count)> all = [.. words.Select(word => (word.Key.ToList(), word.Value))];
        while (learned.Count < merges)
        {
            var counts = new Dictionary<(string Left, string Right), long>();
            foreach ((List<string> tokens, long count) in all)
            {
                for (int i = 0; i + 1 < tokens.Count; i++)
                    counts[(tokens[i], tokens[i + 1])] = counts.GetValueOrDefault((tokens[i], tokens[i + 1])) + count;
            }
            ((string left, string right), long best) = counts.OrderByDescending(entry => entry.Value)
                .ThenBy(entry => entry.Key.Left, StringComparer.Ordinal).ThenBy(entry => entry.Key.Right, StringComparer.Ordinal).FirstOrDefault();
            if (best < 2)
                break;
            learned.Add($"{left} {right}");
            foreach ((List<string> tokens, _) in all)
            {
                for (int i = 0; i + 1 < tokens.Count; i++)
                {
                    if (tokens[i] == left && tokens[i + 1] == right)
                    {
                        tokens[i] = left + right;
                        tokens.RemoveAt(i + 1);
                    }
                }
            }
        }
        return [.. learned];
    }

    [TestMethod]
    public void EncodingMakesTheMergesThatWereLearned()
    {
        Assert.HasCount(1, Tokeniser.Encode(" snow"));
        Assert.IsLessThan(Encoding.UTF8.GetByteCount(Corpus[0]) / 2, Tokeniser.Encode(Corpus[0]).Length);
        Assert.HasCount(4, BytePairTokeniser.Learn([], merges: 10).Encode("snow"));
        Assert.AreEqual(260, BytePairTokeniser.Learn([], merges: 10).Count);
        Assert.AreEqual(" snow", Tokeniser.Show(Tokeniser.Encode(" snow")[0]));
        Assert.AreEqual("</s>", Tokeniser.Show(Tokeniser.Special.End));
    }

    [TestMethod]
    public void ExistingFilesKeepTheirNumbers()
    {
        SavedTokeniser saved = Tokeniser.Save();
        string[] tokens = ["<s>", "<pad>", "</s>", "<unk>", .. BytePairTokeniser.TokensOf(saved.Merges!).Reverse()];
        using var vocabulary = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(tokens.Select((token, i) => (token, i)).ToDictionary(pair => pair.token, pair => pair.i)));
        using var merges = new MemoryStream(Encoding.UTF8.GetBytes("#version: 0.2\n" + string.Join('\n', saved.Merges!) + "\n"));
        BytePairTokeniser loaded = BytePairTokeniser.Load(vocabulary, merges);
        Assert.AreEqual(new SpecialTokens(Pad: 1, Start: 0, End: 2, Unknown: 3), loaded.Special);
        Assert.AreEqual(tokens.Length, loaded.Count);
        CollectionAssert.AreEqual(Tokeniser.Encode(Corpus[2]).Select(Tokeniser.Show).ToArray(), loaded.Encode(Corpus[2]).Select(loaded.Show).ToArray());
        Assert.AreEqual(Array.IndexOf(tokens, "a"), loaded.Encode("a").Single());
        Assert.AreEqual(Corpus[2], loaded.Save().Create().Decode(loaded.Encode(Corpus[2])));
    }

    [TestMethod]
    [DataRow("{}", "", "byte-level vocabulary")]
    [DataRow("{\"a\": 5}", "", "expected numbers from 0 to 0")]
    [DataRow("[1]", "", "vocab.json: expected an object")]
    [DataRow("{\"a\": 0}", "a\n", "merges.txt, line 1")]
    public void FilesOfAnotherKindAreRefused(string vocabulary, string merges, string expected)
    {
        using var vocabularyStream = new MemoryStream(Encoding.UTF8.GetBytes(vocabulary));
        using var mergesStream = new MemoryStream(Encoding.UTF8.GetBytes(merges));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => BytePairTokeniser.Load(vocabularyStream, mergesStream)).Message, expected);
    }

    [TestMethod]
    public void ManyThreadsMayEncode()
    {
        string[] expected = [.. Corpus.Select(text => string.Join(' ', Tokeniser.Encode(text)))];
        BytePairTokeniser fresh = BytePairTokeniser.Learn(Corpus, merges: 500);
        Parallel.For(0, 400, i => Assert.AreEqual(expected[i % Corpus.Length], string.Join(' ', fresh.Encode(Corpus[i % Corpus.Length]))));
    }
}
