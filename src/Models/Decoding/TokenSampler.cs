using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Decoding;

/// <summary>Draws sequences from what a decoder predicts, token by token. Each sequence has random numbers of its own, so that it does not
/// depend on its batch.</summary>
public sealed class TokenSampler
{
    private readonly SamplingOptions options;
    private readonly int start;
    private readonly int? end;
    private readonly long[] banned;

    /// <param name="options">How tokens are drawn.</param>
    /// <param name="start">The token before the first.</param>
    /// <param name="end">The token that ends a sequence; null if all have the same length, as images do.</param>
    /// <param name="banned">Tokens that are never drawn.</param>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    public TokenSampler(SamplingOptions options, int start, int? end = null, IEnumerable<int>? banned = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
        (this.options, this.start, this.end) = (options, start, end);
        this.banned = [.. (banned ?? []).Select(token => (long)token)];
    }

    /// <summary>Draws one sequence for each row of the decoder.</summary>
    /// <param name="decoder">At its start; its state is used up.</param>
    /// <param name="random">The random numbers of each sequence.</param>
    /// <param name="maximumLength">The most tokens, the end token included.</param>
    /// <param name="stop">Looked at before every step.</param>
    /// <returns>For each row its sequence; the score is the log-probability under the distribution that was drawn from.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<Hypothesis> Run(
        IStepDecoder decoder, IReadOnlyList<SampleRandom> random, int maximumLength, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumLength);
        if (random.Count != decoder.SentenceCount)
            throw new ArgumentException($"Expected a generator for each of {decoder.SentenceCount} sequences, got {random.Count}.", nameof(random));
        using var noGradient = inference_mode();
        LiveHypothesis[] all = [.. random.Select(_ => LiveHypothesis.Start(start))];
        int[] open = [.. Enumerable.Range(0, all.Length)];
        for (int length = 1; length <= maximumLength && open.Length > 0; length++)
        {
            stop.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            Draw(decoder, all, open, random);
            int[] remaining = [.. Enumerable.Range(0, open.Length).Where(row => all[open[row]].Token != end)];
            if (remaining.Length > 0 && remaining.Length < open.Length)
            {
                long[] kept = [.. remaining.Select(row => (long)row)];
                decoder.Select(new RowSelection(kept, kept, Width: 1));
            }
            open = [.. remaining.Select(row => open[row])];
        }
        return [.. all.Select(Result)];
    }

    private Hypothesis Result(LiveHypothesis drawn)
    {
        bool ended = drawn.Token == end;
        int[] tokens = drawn.Tokens();
        return new Hypothesis(ended ? tokens[..^1] : tokens, drawn.LogProbability, drawn.LogProbability, ended || end is null);
    }

    private void Draw(IStepDecoder decoder, LiveHypothesis[] all, int[] open, IReadOnlyList<SampleRandom> random)
    {
        Tensor before_R = tensor([.. open.Select(i => (long)all[i].Token)], int64);
        Tensor logits_RV = AtLeastFloat32(decoder.Step(before_R)) / options.Temperature;
        if (banned.Length > 0)
            logits_RV = logits_RV.index_fill(1, tensor(banned, int64).to(logits_RV.device), float.NegativeInfinity);
        // Without a limit the tokens stay in their own order: which of two equally likely ones comes first is then no matter of rounding.
        long[]? tokens = null;
        if (options.TopCount is { } limit && limit < logits_RV.shape[1])
        {
            (logits_RV, Tensor tokens_RC) = logits_RV.topk(limit, 1);
            tokens = tokens_RC.cpu().data<long>().ToArray();
        }
        int count = (int)logits_RV.shape[1];
        double[] probabilities = nn.functional.softmax(logits_RV, 1).to_type(ScalarType.Float64).cpu().data<double>().ToArray();
        for (int row = 0; row < open.Length; row++)
        {
            ReadOnlySpan<double> p = probabilities.AsSpan(row * count, count);
            int drawn = Choose(p, random[open[row]].NextDouble());
            LiveHypothesis before = all[open[row]];
            double logProbability = before.LogProbability + Math.Log(p[drawn]);
            all[open[row]] = new LiveHypothesis(before, tokens is null ? drawn : (int)tokens[row * count + drawn], logProbability, before.Length + 1);
        }
    }

    private static Tensor AtLeastFloat32(Tensor scores) => scores.dtype == ScalarType.Float64 ? scores : scores.to_type(ScalarType.Float32);

    private static int Choose(ReadOnlySpan<double> probabilities, double number)
    {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (double.IsNaN(probabilities[i]))
                throw new InvalidDataException("The network gave scores that are not numbers.");
            if (probabilities[i] <= 0)
                continue;
            sum += probabilities[i];
            last = i;
            if (number < sum)
                return i;
        }
        // The sum of rounded probabilities may stay a little below 1.
        return last;
    }
}
