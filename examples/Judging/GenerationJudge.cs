using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>A classifier that was trained on the real images of a data set, which says how good generated ones are.</summary>
/// <param name="ml">The context.</param>
/// <param name="classifier">Gives <c>PredictedLabel</c>, <c>Score</c> and <c>Features</c>.</param>
/// <param name="naming">Makes text of <c>PredictedLabel</c>.</param>
/// <param name="data">The real images.</param>
internal sealed class GenerationJudge(MLContext ml, SENetClassificationTransformer classifier, ITransformer naming, ClassificationData data) : IDisposable
{
    private const int ImagesToLearn = 20_000, ImagesToCompare = 10_000;

    /// <summary>Trains the classifier that the <c>senet</c> example would, on a part of the images if they are many.</summary>
    public static GenerationJudge Train(MLContext ml, ExampleOptions options, ClassificationData data, IProgress<TrainingProgress> progress)
    {
        ClassificationData part = data with { Train = ml.Data.TakeRows(data.Train, ImagesToLearn), TrainCount = Math.Min(data.TrainCount, ImagesToLearn) };
        ExampleOptions own = options with { Epochs = null, Batch = null, ImageSize = null, Backbone = null, Weights = null };
        SENetClassificationTrainer.Options recipe = SENetExample.Recipe(own, part, SENetExample.Network(own)) with { FeatureColumnName = "Features", Progress = progress };
        SENetClassificationTransformer classifier = ml.Transforms.Conversion
            .MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(ml.MulticlassClassification.Trainers.SENet(recipe)).Fit(part.Train).LastTransformer;
        ITransformer naming = ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(classifier.Transform(data.Test));
        return new GenerationJudge(ml, classifier, naming, data);
    }

    /// <summary>Makes as many images of each class as asked for, and compares them with the test images.</summary>
    public GenerationTest Test(ImageGenerationTransformer generator, int imagesPerClass)
    {
        IDataView requests = ml.Data.LoadFromEnumerable(generator.Labels.SelectMany((label, number) =>
            Enumerable.Range(0, imagesPerClass).Select(i => new ImageRequest { Seed = (long)number * imagesPerClass + i, Label = label })).ToList());
        var copying = ml.Transforms.CopyColumns("Image", "GeneratedImage");
        IDataView generated = generator.Transform(requests);
        generated = Judged(copying.Fit(generated).Transform(generated));
        // As many as are generated, so that the distances may be compared; from images that the classifier may have learned from.
        IDataView sample = Judged(ml.Data.TakeRows(data.Train, generator.Labels.Count * (long)imagesPerClass));
        IDataView real = Judged(ml.Data.TakeRows(data.Test, ImagesToCompare));
        var options = new ImageGenerationEvaluationOptions { ScoreColumnName = "Score", LabelColumnName = "Label" };
        return new GenerationTest(ml.ImageGeneration.Evaluate(generated, real, options), Recognised(generated),
            ml.ImageGeneration.Evaluate(sample, real, options), Recognised(real));
    }

    public void Dispose() => classifier.Dispose();

    private IDataView Judged(IDataView images) => naming.Transform(classifier.Transform(images));

    private double Recognised(IDataView judged) =>
        ml.Data.CreateEnumerable<ClassifiedImage>(judged, reuseRowObject: true).Average(image => image.Label == image.PredictedLabel ? 1.0 : 0);

    private sealed class ImageRequest
    {
        public long Seed { get; set; }

        public string Label { get; set; } = "";
    }
}

/// <summary>How good generated images are, and the numbers of real ones as a scale.</summary>
/// <param name="Generated">Generated images against test images.</param>
/// <param name="Recognised">Part of generated images that the classifier takes for what they are to be.</param>
/// <param name="Real">As many training images against test images.</param>
/// <param name="RealRecognised">Part of test images that the classifier takes for what they are.</param>
internal sealed record GenerationTest(ImageGenerationMetrics Generated, double Recognised, ImageGenerationMetrics Real, double RealRecognised);
