namespace MLNetDeepExtensions.Text.Metrics;

/// <summary>
/// CIDEr-D of captions (Vedantam, Zitnick, Parikh: CIDEr: Consensus-based Image Description Evaluation, 2015), as coco-caption computes it:
/// no stemming, words weighted by the number of images in whose references they are. 0 to 10; papers print it times 100 / 10 or times 100.
/// A score depends on the whole set: never compare two sets, and on a set of one image it is 0.
/// </summary>
public sealed class CiderEvaluator
{
    private const int LongestRun = 4;
    private const double Sigma = 6;

    private readonly List<(Sentence Hypothesis, Sentence[] References)> images = [];
    private readonly Dictionary<string, int>[] imagesWith =
        [.. Enumerable.Range(0, LongestRun).Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];

    private sealed record Sentence(int Length, IReadOnlyList<Dictionary<string, int>> Runs)
    {
        public static Sentence Of(IReadOnlyList<string> words) => new(words.Count, NGrams.CountAll(words, LongestRun));
    }

    /// <summary>Adds an image.</summary>
    /// <param name="hypothesis">The words of its caption.</param>
    /// <param name="references">The words of each of its references.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public void Add(IReadOnlyList<string> hypothesis, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
            throw new ArgumentException("Expected at least one reference.", nameof(references));
        Sentence[] sentences = [.. references.Select(Sentence.Of)];
        images.Add((Sentence.Of(hypothesis), sentences));
        for (int n = 0; n < LongestRun; n++)
        {
            foreach (string run in sentences.SelectMany(sentence => sentence.Runs[n].Keys).Distinct(StringComparer.Ordinal))
                imagesWith[n][run] = imagesWith[n].GetValueOrDefault(run) + 1;
        }
    }

    /// <summary>CIDEr-D of each image, in the order in which they were added.</summary>
    public IReadOnlyList<double> PerImage() => [.. images.Select(image => Score(image.Hypothesis, image.References))];

    /// <summary>Mean over the images; NaN without any.</summary>
    public double Mean() => images.Count == 0 ? double.NaN : PerImage().Average();

    private double Score(Sentence hypothesis, Sentence[] references) => 10 * references.Average(reference =>
    {
        double difference = hypothesis.Length - reference.Length;
        double similarity = Enumerable.Range(0, LongestRun).Average(n => Similarity(hypothesis.Runs[n], reference.Runs[n], n));
        return Math.Exp(-difference * difference / (2 * Sigma * Sigma)) * similarity;
    });

    // Repeating a word gains nothing: its weight counts at most as in the reference.
    private double Similarity(Dictionary<string, int> hypothesis, Dictionary<string, int> reference, int n)
    {
        double norms = Norm(hypothesis, n) * Norm(reference, n);
        if (norms == 0)
            return 0;
        double product = 0;
        foreach ((string run, int count) in hypothesis)
        {
            if (reference.TryGetValue(run, out int other))
            {
                double weight = Weight(run, n), theirs = other * weight;
                product += Math.Min(count * weight, theirs) * theirs;
            }
        }
        return product / norms;
    }

    private double Norm(Dictionary<string, int> runs, int n) => Math.Sqrt(runs.Sum(run => Math.Pow(run.Value * Weight(run.Key, n), 2)));

    private double Weight(string run, int n) => Math.Log(images.Count) - Math.Log(Math.Max(1, imagesWith[n].GetValueOrDefault(run)));
}
