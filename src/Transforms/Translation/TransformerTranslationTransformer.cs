using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>A trained Transformer. See <see cref="TranslationTransformer"/> for the columns it adds; <c>Alignment</c> comes from the attention of the decoder to
/// the source.</summary>
[SavedModel("Transformer")]
public sealed class TransformerTranslationTransformer : NetworkTranslationTransformer<TransformerNetworkOptions, TransformerNetwork>
{
    private static readonly TranslatorKind<TransformerNetworkOptions, TransformerNetwork> Kind = new(
        options => new TransformerNetwork(options), options => (options.SourceVocabulary, options.TargetVocabulary), Faults);

    internal TransformerTranslationTransformer(IHostEnvironment env, TransformerNetwork trained, TranslationOptions options, TranslationColumns columns,
        TokeniserPair tokenisers, Device device) : base(env, Kind, trained.Options, options, columns, tokenisers, trained, device)
    {
    }

    private TransformerTranslationTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private TransformerTranslationTransformer(TransformerTranslationTransformer other, TranslationOptions options) : base(other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public TransformerTranslationTransformer With(TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(this, options);
    }

    private static IEnumerable<string> Faults(TransformerNetworkOptions network, TokeniserPair tokenisers)
    {
        foreach (string fault in network.Faults())
            yield return fault;
        if (network.SharedEmbeddings && !tokenisers.IsJoint)
            yield return $"{nameof(network.SharedEmbeddings)}: expected one vocabulary for both languages, got two.";
    }
}
