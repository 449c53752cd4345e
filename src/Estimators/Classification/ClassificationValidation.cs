using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Classification;

/// <summary>How well a classifier does over a validation set: part of right answers, of right answers among the best five, and log-loss in nats.</summary>
internal static class ClassificationValidation
{
    public const string Accuracy = "accuracy", TopFive = "top-5 accuracy", LogLoss = "log-loss";

    private const int Best = 5;

    /// <param name="network">Images of 0 to 1 [N, 3, side, side] to logits [N, classes]; in evaluation mode.</param>
    /// <param name="samples">Images with their classes.</param>
    /// <param name="pixels">Makes a batch of what prediction sees.</param>
    /// <param name="batchSize">Images that are looked at together.</param>
    public static IReadOnlyDictionary<string, double> Measure(Module<Tensor, Tensor> network, IEnumerable<ClassificationSample> samples,
        Func<IReadOnlyList<RgbImage>, Tensor> pixels, int batchSize)
    {
        using IDisposable inference = inference_mode();
        double right = 0, rightOfFive = 0, logLoss = 0, count = 0;
        foreach (ClassificationSample[] batch in samples.Chunk(batchSize))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor logits_NC = network.call(pixels([.. batch.Select(sample => sample.Image)])).to(ScalarType.Float32).cpu();
            Tensor classes_N = tensor([.. batch.Select(sample => (long)sample.Class)]);
            Tensor hits_NB = logits_NC.topk((int)Math.Min(Best, logits_NC.shape[1])).indexes.eq(classes_N.unsqueeze(1));
            right += hits_NB.select(1, 0).sum().item<long>();
            rightOfFive += hits_NB.sum().item<long>();
            logLoss += functional.cross_entropy(logits_NC, classes_N, reduction: Reduction.Sum).item<float>();
            count += batch.Length;
        }
        return new Dictionary<string, double> { [Accuracy] = right / count, [TopFive] = rightOfFive / count, [LogLoss] = logLoss / count };
    }
}
