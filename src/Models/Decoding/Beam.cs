namespace MLNetDeepExtensions.Decoding;

/// <summary>A hypothesis that is being continued, as a chain from its last token to its first.</summary>
internal sealed record LiveHypothesis(LiveHypothesis? Before, int Token, double LogProbability, int Length)
{
    public static LiveHypothesis Start(int token) => new(null, token, 0, 0);

    /// <summary>Fills a row that has nothing to continue.</summary>
    public static LiveHypothesis None(int token) => new(null, token, double.NegativeInfinity, 0);

    public int[] Tokens()
    {
        var tokens = new int[Length];
        for (LiveHypothesis hypothesis = this; hypothesis.Before is { } before; hypothesis = before)
            tokens[hypothesis.Length - 1] = hypothesis.Token;
        return tokens;
    }
}

/// <summary>A possible next token of a row.</summary>
/// <param name="Row">Place of the row among those of its sentence.</param>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">Of the whole hypothesis with it.</param>
internal readonly record struct Candidate(int Row, int Token, double LogProbability);

/// <summary>The search for one sentence.</summary>
internal sealed class Beam(BeamSearchOptions options, int sourceLength, int start, int end)
{
    private readonly List<Hypothesis> finished = [];
    private readonly int maximumLength = options.MaximumLength(sourceLength);
    private readonly int minimumLength = options.MinimumLength(sourceLength);

    /// <summary>The hypotheses that are being continued, best first; at first one, later as many as the beam is wide.</summary>
    public IReadOnlyList<LiveHypothesis> Live { get; private set; } = [LiveHypothesis.Start(start)];

    /// <summary>Nothing better can be found any more.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes one step.</summary>
    /// <param name="candidates">The most probable continuations of all rows, best first, twice as many as the beam is wide: so many can end
    /// that a full beam remains.</param>
    /// <returns>For each hypothesis that is now live the row it continues.</returns>
    public int[] Advance(IReadOnlyList<Candidate> candidates)
    {
        int length = Live[0].Length + 1;
        var live = new List<LiveHypothesis>(options.BeamSize);
        var rows = new List<int>(options.BeamSize);
        for (int rank = 0; rank < candidates.Count && live.Count < options.BeamSize; rank++)
        {
            (int row, int token, double logProbability) = candidates[rank];
            if (double.IsNegativeInfinity(logProbability))
                break;
            if (token != end)
            {
                live.Add(new LiveHypothesis(Live[row], token, logProbability, length));
                rows.Add(row);
            }
            else if (rank < options.BeamSize && length >= minimumLength)
            {
                Finish(Live[row], logProbability, length, isFinished: true);
                if (options.BeamSize == 1)
                    break;
            }
        }
        bool isGreedyEnd = options.BeamSize == 1 && finished.Count > 0;
        IsDone = isGreedyEnd || live.Count == 0 || length >= maximumLength || NothingBetterIsLeft(live[0].LogProbability);
        if (IsDone)
            FillUp(live);
        while (live.Count < options.BeamSize)
        {
            live.Add(LiveHypothesis.None(end) with { Length = length });
            rows.Add(0);
        }
        Live = live;
        return [.. rows];
    }

    /// <summary>The best sentences, best first: those that ended, then those that did not.</summary>
    public IReadOnlyList<Hypothesis> Best() =>
        [.. finished.OrderByDescending(found => found.IsFinished).ThenByDescending(found => found.Score).Take(options.BestCount)];

    // A log-probability only falls, and the penalty is greatest at the greatest length: no live hypothesis can reach a better score.
    private bool NothingBetterIsLeft(double bestLogProbability)
    {
        double reachable = bestLogProbability / options.Penalty(maximumLength);
        return finished.Count(found => found.Score >= reachable) >= options.BestCount;
    }

    private void Finish(LiveHypothesis hypothesis, double logProbability, int length, bool isFinished) =>
        finished.Add(new Hypothesis(hypothesis.Tokens(), logProbability, logProbability / options.Penalty(length), isFinished));

    // Sentences without an end serve only where too few have one.
    private void FillUp(List<LiveHypothesis> live)
    {
        foreach (LiveHypothesis hypothesis in live.Take(Math.Max(0, options.BestCount - finished.Count)))
            Finish(hypothesis, hypothesis.LogProbability, hypothesis.Length, isFinished: false);
    }
}
