namespace MLNetDeepExtensions.Decoding;

/// <summary>How tokens are drawn.</summary>
public sealed record SamplingOptions
{
    /// <summary>Scores are divided by this before softmax, above 0: below 1 likely tokens become likelier, above 1 the opposite.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many of the likeliest tokens can be drawn; null for all.</summary>
    public int? TopCount { get; init; }

    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (!(Temperature > 0 && double.IsFinite(Temperature)))
            yield return $"Temperature: expected a number above 0, got {Temperature}.";
        if (TopCount < 1)
            yield return $"TopCount: expected at least 1, got {TopCount}.";
    }
}
