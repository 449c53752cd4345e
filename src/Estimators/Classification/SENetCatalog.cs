using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Classification;

namespace Microsoft.ML;

/// <summary>Squeeze-and-Excitation networks among ML.NET's own trainers of <c>mlContext.MulticlassClassification</c>.</summary>
public static class SENetCatalog
{
    /// <summary>Trains a Squeeze-and-Excitation network on images with one class each.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.MulticlassClassification</c>.</param>
    /// <param name="options">What the network is and how it is trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static SENetClassificationTrainer SENet(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, SENetClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(CatalogEnvironment.Of(trainers), options);
    }

    /// <summary>Trains SE-ResNet-50 on images with one class each; everything else as in the paper.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.MulticlassClassification</c>.</param>
    /// <param name="labelColumnName">The classes: a key.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Images per update; the learning rate is the paper's for 1024, in proportion.</param>
    public static SENetClassificationTrainer SENet(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        string labelColumnName = "Label", string imageColumnName = "Image", int maxEpochs = 100, int batchSize = 1024)
    {
        var paper = new SENetClassificationTrainer.Options();
        return trainers.SENet(paper with
        {
            LabelColumnName = labelColumnName, ImageColumnName = imageColumnName, MaxEpochs = maxEpochs, BatchSize = batchSize,
            LearningRate = paper.LearningRate * batchSize / paper.BatchSize,
        });
    }
}
