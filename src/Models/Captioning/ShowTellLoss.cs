using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>How likely captions are (arXiv 1411.4555, equations 2 and 12): the sum over the words, the end token included, of their
/// log-probabilities. The start token, the image's step and what fills captions up to a common length do not count.</summary>
internal static class ShowTellLoss
{
    /// <summary>Mean over all words of a batch of their negative log-probabilities in nats, as im2txt trains.</summary>
    /// <param name="network">In training mode with dropout.</param>
    /// <param name="images_NE">Of <see cref="ShowTellNetwork.Project"/>.</param>
    /// <param name="captions">Of these images.</param>
    public static Tensor Of(ShowTellNetwork network, Tensor images_NE, CaptionTokens captions)
    {
        using DisposeScope scope = NewDisposeScope();
        return WordLogProbabilities(network, images_NE, captions).mean().neg().MoveToOuterDisposeScope();
    }

    /// <summary>Log-probability of each word that counts, [M], caption by caption.</summary>
    /// <inheritdoc cref="Of"/>
    public static Tensor WordLogProbabilities(ShowTellNetwork network, Tensor images_NE, CaptionTokens captions)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor states_PTH = network.States(images_NE.index_select(0, captions.Images_P), captions.Words_PT);
        // Scores of all words are the dearest part of small networks: only where something is to be predicted.
        Tensor counts_PT = Counting(captions);
        Tensor logits_MV = network.Logits(states_PTH[counts_PT]);
        return nn.functional.cross_entropy(logits_MV, captions.Targets_PT[counts_PT], reduction: nn.Reduction.None).neg().MoveToOuterDisposeScope();
    }

    /// <summary>Sum over the words of each caption, [P].</summary>
    /// <param name="words_M">Of <see cref="WordLogProbabilities"/>.</param>
    /// <param name="captions">The captions.</param>
    public static Tensor SumOfCaptions(Tensor words_M, CaptionTokens captions)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor caption_M = Counting(captions).nonzero().select(1, 0);
        return zeros(captions.Images_P.shape[0], device: words_M.device).index_add(0, caption_M, words_M, 1).MoveToOuterDisposeScope();
    }

    private static Tensor Counting(CaptionTokens captions) => captions.Targets_PT.ne(CaptionTokens.NoTarget);
}
