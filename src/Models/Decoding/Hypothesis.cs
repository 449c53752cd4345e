namespace MLNetDeepExtensions.Decoding;

/// <summary>A sentence that was found.</summary>
/// <param name="Tokens">Without start and end.</param>
/// <param name="LogProbability">Sum over the tokens, the end token included, in nats.</param>
/// <param name="Score">Log-probability divided by the length penalty; higher is better.</param>
/// <param name="IsFinished">False if it reached the greatest length without an end token.</param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability, double Score, bool IsFinished);
