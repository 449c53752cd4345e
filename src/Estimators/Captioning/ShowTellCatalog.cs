using MLNetDeepExtensions.Captioning;

namespace Microsoft.ML;

/// <summary>Show and Tell among the trainers of <c>mlContext.ImageCaptioning</c>.</summary>
public static class ShowTellCatalog
{
    /// <summary>Trains Show and Tell on images with captions.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageCaptioning</c>.</param>
    /// <param name="options">What the captioner is and how it is trained.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all.</exception>
    public static ShowTellCaptioner ShowTell(this ImageCaptioningTrainers trainers, ShowTellCaptioner.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(trainers.Environment, options);
    }

    /// <summary>Trains Show and Tell on images with captions; everything else as in the paper, whose encoder is pretrained and
    /// frozen.</summary>
    /// <param name="trainers">The trainers of <c>mlContext.ImageCaptioning</c>.</param>
    /// <param name="captionColumnName">The captions: Text, or a vector of Text for several of each image.</param>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="pretrainedWeights">File with the encoder's weights; null for random ones, which then learn with the rest.</param>
    /// <param name="maxEpochs">Passes over the data.</param>
    /// <param name="batchSize">Images per update.</param>
    public static ShowTellCaptioner ShowTell(this ImageCaptioningTrainers trainers, string captionColumnName = "Caption",
        string imageColumnName = "Image", string? pretrainedWeights = null, int maxEpochs = 50, int batchSize = 32) =>
        trainers.ShowTell(new ShowTellCaptioner.Options
        {
            CaptionColumnName = captionColumnName, ImageColumnName = imageColumnName, PretrainedWeights = pretrainedWeights,
            FreezesEncoder = pretrainedWeights is not null, MaxEpochs = maxEpochs, BatchSize = batchSize,
        });
}
