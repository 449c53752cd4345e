using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>
/// What a translation network offers to training and to decoding. Source sentences end with the end token; target sentences, as the network reads them,
/// begin with the start token and have no end token.
/// </summary>
public interface ITranslationNetwork
{
    /// <summary>The most tokens that the network knows positions for, on each side; null for any number.</summary>
    int? MaximumLength { get; }

    /// <summary>Whether <see cref="Alignment"/> has a meaning.</summary>
    bool HasAlignment { get; }

    /// <summary>Predicts the token after each token of a given translation.</summary>
    /// <param name="source">Source sentences.</param>
    /// <param name="target">Their translations.</param>
    /// <returns>Scores before softmax [M, vocabulary] for the M tokens of the targets, sentence by sentence, without those of
    /// padding.</returns>
    Tensor Logits(PaddedTokens source, PaddedTokens target);

    /// <summary>Reads source sentences and stands ready to translate them token by token.</summary>
    /// <param name="source">Source sentences; not needed any more when the method returns.</param>
    IStepDecoder StartDecoding(PaddedTokens source);

    /// <summary>How much each source token mattered for the prediction after each target token.</summary>
    /// <param name="source">Source sentences.</param>
    /// <param name="target">Their translations.</param>
    /// <returns>Float32 [sentences, target tokens, source tokens], from 0; over the tokens of a source sentence they add up to 1, for padding
    /// they are 0.</returns>
    /// <exception cref="NotSupportedException">The network has no attention.</exception>
    Tensor Alignment(PaddedTokens source, PaddedTokens target);
}
