using MLNetDeepExtensions.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Decoding;

/// <summary>
/// Searches for the most probable sentences of a batch, all hypotheses of all sentences in one step of the network. A sentence leaves the
/// batch when nothing better can be found for it; that it stops early never loses the best hypothesis of its beam.
/// </summary>
/// <remarks>
/// Each step takes the best 2k continuations of the k hypotheses; an end token counts only among the best k of them, so that a beam of one
/// is greedy search. Log-probabilities are computed in Float32 and summed in Float64.
/// </remarks>
public sealed class BeamSearch
{
    private readonly BeamSearchOptions options;
    private readonly SpecialTokens special;
    private readonly long[] banned;

    /// <exception cref="ArgumentException">The options have faults.</exception>
    public BeamSearch(BeamSearchOptions options, SpecialTokens special)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault, nameof(options));
        (this.options, this.special) = (options, special);
        banned = [.. new[] { special.Pad, special.Start }.Concat(options.AllowUnknown ? [] : [special.Unknown])
            .Where(token => token != special.End).Distinct().Select(token => (long)token)];
    }

    /// <summary>Finds the best sentences of each source.</summary>
    /// <param name="decoder">At its start; its state is used up.</param>
    /// <param name="sourceLengths">Tokens of each source, which bound the lengths; zeros where there is no source text.</param>
    /// <param name="stop">Looked at before every step.</param>
    /// <returns>For each source its best sentences, best first: at least one, at most <see cref="BeamSearchOptions.BestCount"/>.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="InvalidDataException">The network gave scores that are not numbers.</exception>
    public IReadOnlyList<IReadOnlyList<Hypothesis>> Run(
        IStepDecoder decoder, IReadOnlyList<int> sourceLengths, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(sourceLengths);
        if (sourceLengths.Count != decoder.SentenceCount)
        {
            throw new ArgumentException(
                $"Expected a length for each of {decoder.SentenceCount} sentences, got {sourceLengths.Count}.", nameof(sourceLengths));
        }
        using var noGradient = inference_mode();
        Beam[] beams = [.. sourceLengths.Select(length => new Beam(options, length, special.Start, special.End))];
        var open = new List<Beam>(beams);
        while (open.Count > 0)
        {
            stop.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            Step(decoder, open);
        }
        return [.. beams.Select(beam => beam.Best())];
    }

    private void Step(IStepDecoder decoder, List<Beam> open)
    {
        int width = open[0].Live.Count;
        Candidate[][] candidates = Candidates(decoder, open, width);
        int[][] rows = [.. open.Select((beam, i) => beam.Advance(candidates[i]))];
        int[] remaining = [.. Enumerable.Range(0, open.Count).Where(i => !open[i].IsDone)];
        if (remaining.Length > 0)
        {
            decoder.Select(new RowSelection(
                [.. remaining.SelectMany(i => rows[i].Select(row => (long)i * width + row))],
                remaining.Length == open.Count ? null : [.. remaining.Select(i => (long)i)], options.BeamSize));
        }
        open.RemoveAll(beam => beam.IsDone);
    }

    private Candidate[][] Candidates(IStepDecoder decoder, List<Beam> open, int width)
    {
        LiveHypothesis[] live = [.. open.SelectMany(beam => beam.Live)];
        Tensor logits_RV = decoder.Step(tensor([.. live.Select(hypothesis => (long)hypothesis.Token)], int64));
        int vocabulary = (int)logits_RV.shape[1];
        Tensor logP_RV = nn.functional.log_softmax(logits_RV.to_type(ScalarType.Float32), 1);
        if (banned.Length > 0)
            logP_RV = logP_RV.index_fill(1, tensor(banned, int64).to(logP_RV.device), float.NegativeInfinity);
        // Only the order among the continuations of one sentence matters here; what counts is added up below, in Float64.
        Tensor before_R1 = tensor([.. live.Select(hypothesis => (float)hypothesis.LogProbability)], float32).to(logP_RV.device).unsqueeze(1);
        int count = (int)Math.Min(2L * options.BeamSize, (long)width * vocabulary);
        (_, Tensor places_SC) = (logP_RV + before_R1).view(open.Count, (long)width * vocabulary).topk(count, 1);
        long[] places = places_SC.cpu().data<long>().ToArray();
        float[] logP = logP_RV.view(open.Count, (long)width * vocabulary).gather(1, places_SC).cpu().data<float>().ToArray();
        return [.. open.Select((beam, sentence) => Enumerable.Range(sentence * count, count).Select(i =>
        {
            int row = (int)(places[i] / vocabulary);
            return float.IsNaN(logP[i])
                ? throw new InvalidDataException("The network gave scores that are not numbers.")
                : new Candidate(row, (int)(places[i] % vocabulary), beam.Live[row].LogProbability + logP[i]);
        }).ToArray())];
    }
}
