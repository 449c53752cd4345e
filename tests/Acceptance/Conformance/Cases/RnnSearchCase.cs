using Microsoft.ML;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class RnnSearchCase : TranslatorCase<RnnSearchTranslator.Options>
{
    public override Type EstimatorType => typeof(RnnSearchTranslator);

    protected override RnnSearchTranslator.Options Small => new()
    {
        Network = new RnnSearchNetworkOptions { EmbeddingSize = 8, HiddenSize = 10, AlignmentSize = 6, MaxoutSize = 7, Dropout = 0.1 }, SortedBatches = 2,
    };

    protected override IEstimator<TranslationTransformer> CreateTranslator(MLContext ml, RnnSearchTranslator.Options options) =>
        ml.Translation.Trainers.RnnSearch(options);
}
