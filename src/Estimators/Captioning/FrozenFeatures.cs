using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>
/// What a frozen encoder says of images that never change: computed in the first epoch, remembered for the others. Image by image, so that
/// no bit of it depends on the batch, and a resumed run finds the same numbers in batches of its own.
/// </summary>
/// <remarks>Filled by the thread that trains, looked at by the one that prepares batches.</remarks>
internal sealed class FrozenFeatures
{
    private readonly ConcurrentDictionary<CaptioningSample, float[]> known = new();

    /// <summary>True if the pixels of these images are not needed.</summary>
    public bool Cover(IEnumerable<CaptioningSample> samples) => samples.All(known.ContainsKey);

    /// <summary>Features [N, C] of the batch.</summary>
    public Tensor Of(ShowTellNetwork network, CaptioningBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using var constant = no_grad();
        for (int i = 0; i < batch.Samples.Count; i++)
            if (!known.ContainsKey(batch.Samples[i]))
                known[batch.Samples[i]] = network.Features(batch.Images_N3HW!.narrow(0, i, 1)).cpu().contiguous().data<float>().ToArray();
        Tensor features_NC = stack(batch.Samples.Select(sample => tensor(known[sample])));
        return features_NC.to(batch.Captions.Words_PT.device).MoveToOuterDisposeScope();
    }

    /// <summary>The encoder learns from now on.</summary>
    public void Forget() => known.Clear();
}
