using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>A trained RNNsearch or RNNencdec. See <see cref="TranslationTransformer"/> for the columns it adds; <c>Alignment</c> holds the
/// weights of equation 6, and is empty for RNNencdec.</summary>
[SavedModel("RnnSearch")]
public sealed class RnnSearchTranslationTransformer : NetworkTranslationTransformer<RnnSearchNetworkOptions, RnnSearchNetwork>
{
    private static readonly TranslatorKind<RnnSearchNetworkOptions, RnnSearchNetwork> Kind = new(
        options => new RnnSearchNetwork(options), options => (options.SourceVocabulary, options.TargetVocabulary), (options, _) => options.Faults());

    internal RnnSearchTranslationTransformer(IHostEnvironment env, RnnSearchNetwork trained, TranslationOptions options, TranslationColumns columns,
        TokeniserPair tokenisers, Device device) : base(env, Kind, trained.Options, options, columns, tokenisers, trained, device)
    {
    }

    private RnnSearchTranslationTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private RnnSearchTranslationTransformer(RnnSearchTranslationTransformer other, TranslationOptions options) : base(other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public RnnSearchTranslationTransformer With(TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(this, options);
    }
}
