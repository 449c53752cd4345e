using Microsoft.ML.Data;
using MLNetDeepExtensions.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>How well a captioner does over a validation set: the mean negative log-probability of a word of the references in nats, and what
/// <c>Evaluate</c> says of its captions, each image compared with all its references.</summary>
internal static class CaptioningValidation
{
    public const string LogLoss = "log-loss", Bleu4 = "BLEU-4", CiderD = "CIDEr-D";

    /// <param name="networks">In evaluation mode.</param>
    /// <param name="prediction">What goes before and after.</param>
    /// <param name="samples">Images with their captions.</param>
    /// <param name="batchSize">Images that are looked at together.</param>
    /// <param name="stop">Looked at before every word.</param>
    public static IReadOnlyDictionary<string, double> Measure(ShowTellEnsemble networks, ShowTellPrediction prediction,
        IEnumerable<CaptioningSample> samples, int batchSize, CancellationToken stop)
    {
        using IDisposable inference = inference_mode();
        double sum = 0;
        long words = 0;
        var texts = new List<ReferencedText>();
        foreach (CaptioningSample[] batch in samples.Chunk(batchSize))
        {
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyList<Tensor> images_NE = prediction.Project(networks, [.. batch.Select(sample => sample.Image)]);
            sum -= prediction.LogProbabilities(networks, images_NE, batch.Select(sample => sample.Captions)).Sum(caption => (double)caption);
            words += batch.Sum(sample => sample.Tokens.Sum(tokens => (long)tokens.Length));
            texts.AddRange(prediction.Search(networks, images_NE, 1, stop)
                .Zip(batch, (found, sample) => new ReferencedText(found[0].Text, sample.Captions)));
        }
        CaptioningMetrics metrics = CaptioningEvaluation.Run(texts);
        return new Dictionary<string, double> { [LogLoss] = sum / words, [Bleu4] = metrics.Bleu4, [CiderD] = metrics.CiderD };
    }
}
