using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>Pairs of sentences, on the device.</summary>
/// <param name="Source">With end tokens.</param>
/// <param name="Target">What the decoder reads: start tokens, then the translations without their last tokens.</param>
/// <param name="Labels_M">What it is to predict after each of them: the translations with their end tokens, Int64.</param>
internal sealed record TranslationBatch(PaddedTokens Source, PaddedTokens Target, Tensor Labels_M) : IDisposable
{
    /// <summary>Predicted tokens.</summary>
    public long TokenCount => Labels_M.numel();

    /// <summary>Every translation of every sample makes a pair.</summary>
    public static TranslationBatch Of(IReadOnlyList<TranslationSample> samples, TokeniserPair tokenisers, Device device)
    {
        (int[] Source, int[] Target)[] pairs = [.. samples.SelectMany(sample => sample.Targets.Select(target => (sample.Source, target)))];
        SpecialTokens target = tokenisers.Target.Special;
        return new TranslationBatch(
            PaddedTokens.Of([.. pairs.Select(pair => pair.Source)], tokenisers.Source.Special.Pad, device),
            PaddedTokens.Of([.. pairs.Select(pair => (int[])[target.Start, .. pair.Target[..^1]])], target.Pad, device),
            Placed.On(device, tensor([.. pairs.SelectMany(pair => pair.Target).Select(token => (long)token)])));
    }

    public void Dispose()
    {
        Source.Dispose();
        Target.Dispose();
        Labels_M.Dispose();
    }
}
