namespace MLNetDeepExtensions.Captioning;

/// <summary>A caption and how likely a captioner finds it.</summary>
/// <param name="Text">The caption.</param>
/// <param name="LogProbability">log p(S|I) in nats: the sum over its words and its end.</param>
public sealed record ScoredCaption(string Text, float LogProbability);
