using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>What goes before and after the networks: pixels, the search for words, text. To be called in inference mode and in a dispose
/// scope.</summary>
/// <param name="options">How captions are made.</param>
/// <param name="tokeniser">Of the networks' vocabulary.</param>
/// <param name="device">Where the networks are.</param>
internal sealed class ShowTellPrediction(CaptioningOptions options, ITextTokeniser tokeniser, Device device)
{
    /// <summary>For each network the images as its LSTM reads them, [N, E].</summary>
    public IReadOnlyList<Tensor> Project(ShowTellEnsemble networks, IReadOnlyList<RgbImage> images) => networks.Project(side => Placed.On(device,
        ImageBatch.Of(images, side, image => options.Seen.WindowOf(image.Width, image.Height), options.Resampling)));

    /// <summary>The best captions of each image, best first; at least one.</summary>
    /// <param name="networks">In evaluation mode.</param>
    /// <param name="images_SE">Of <see cref="Project"/>.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="stop">Looked at before every word.</param>
    public IReadOnlyList<IReadOnlyList<ScoredCaption>> Search(
        ShowTellEnsemble networks, IReadOnlyList<Tensor> images_SE, int count, CancellationToken stop = default)
    {
        using IStepDecoder decoder = networks.Decoder(images_SE);
        var search = new BeamSearch(options.Search(count), tokeniser.Special);
        return [.. search.Run(decoder, new int[decoder.SentenceCount], stop).Select(found => found
            .Select(caption => new ScoredCaption(tokeniser.Decode(caption.Tokens), (float)caption.LogProbability)).ToArray())];
    }

    /// <summary>log p(S|I) of each caption.</summary>
    /// <param name="networks">In evaluation mode.</param>
    /// <param name="images_NE">Of <see cref="Project"/>.</param>
    /// <param name="captions">For each image its captions.</param>
    public float[] LogProbabilities(ShowTellEnsemble networks, IReadOnlyList<Tensor> images_NE, IEnumerable<IEnumerable<string>> captions)
    {
        using var tokens = CaptionTokens.Of(captions.Select(ofImage => ofImage.Select(Whole).ToArray()), tokeniser.Special, device);
        return networks.LogProbabilities(images_NE, tokens).cpu().data<float>().ToArray();
    }

    private int[] Whole(string caption) => [.. tokeniser.Encode(caption), tokeniser.Special.End];
}
