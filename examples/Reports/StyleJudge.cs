using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Tells the two domains apart: a classifier that has never seen a translation.</summary>
internal sealed class StyleJudge : IDisposable
{
    private const int Side = 24, UpdatesWanted = 60, Batch = 16;
    private readonly MLContext ml;
    private readonly SENetClassificationTransformer classifier;

    /// <param name="ml">The context.</param>
    /// <param name="train">Rows with <c>Image</c> and <c>Domain</c>.</param>
    /// <param name="count">How many.</param>
    public StyleJudge(MLContext ml, IDataView train, int count)
    {
        this.ml = ml;
        IDataView labelled = Labelled(train);
        classifier = ml.MulticlassClassification.Trainers.SENet(new SENetClassificationTrainer.Options
        {
            Network = new SENetNetworkOptions { Architecture = SENetArchitecture.ResNet18HalfWidth, Stem = ResNetStem.Small, ImageSize = Side },
            MaxEpochs = Math.Max(2, UpdatesWanted * Batch / count), BatchSize = Math.Min(Batch, count), LearningRate = 0.02,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.1 },
        }).Fit(labelled);
    }

    /// <summary>Part of the images that it takes for the given domain.</summary>
    /// <param name="data">The images.</param>
    /// <param name="imageColumn">Which of the columns.</param>
    /// <param name="domain">Whether that is the second one.</param>
    public double PartTakenFor(IDataView data, string imageColumn, bool domain)
    {
        IDataView images = ml.Transforms.CopyColumns("Image", imageColumn).Fit(data).Transform(data);
        uint key = domain ? 2u : 1u;
        return classifier.Transform(images).GetColumn<uint>("PredictedLabel").Average(predicted => predicted == key ? 1.0 : 0);
    }

    public void Dispose() => classifier.Dispose();

    // Keys by value: 1 for the first domain (false), 2 for the second.
    private IDataView Labelled(IDataView data) => ml.Transforms.Conversion
        .MapValueToKey("Label", "Domain", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
}
