using Microsoft.ML;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class TransformerCase : TranslatorCase<TransformerTranslator.Options>
{
    public override Type EstimatorType => typeof(TransformerTranslator);

    protected override TransformerTranslator.Options Small => new()
    {
        Network = new TransformerNetworkOptions { Layers = 1, ModelSize = 16, FeedForwardSize = 24, Heads = 2 },
        SourceTokenisation = new TokenisationOptions { Merges = 60 },
    };

    protected override IEstimator<TranslationTransformer> CreateTranslator(MLContext ml, TransformerTranslator.Options options) =>
        ml.Translation.Trainers.Transformer(options);
}
