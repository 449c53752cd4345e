using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>The classifiers that are measured, for the 1000 classes of ImageNet.</summary>
internal static class ClassifierSubjects
{
    /// <summary>A network with squeeze-and-excitation blocks on noise of 224 x 224 pixels.</summary>
    public static ISubject SENet(SENetArchitecture architecture, Precision precision, int batchSize)
    {
        random.manual_seed(1);
        var options = new SENetNetworkOptions { Architecture = architecture, Classes = 1000 };
        var batch = new ClassificationBatch(rand(batchSize, 3, options.ImageSize, options.ImageSize), arange(batchSize, ScalarType.Int64));
        return new NetworkSubject<SENetNetwork, ClassificationBatch>(
            () => new SENetNetwork(options), Terms, (network, images) => network.call(images.Images_N3HW), batch, precision);

        IReadOnlyList<LossTensor> Terms(SENetNetwork network, ClassificationBatch images) =>
            [new LossTensor("crossEntropy", functional.cross_entropy(network.call(images.Images_N3HW), images.Classes_N))];
    }
}
