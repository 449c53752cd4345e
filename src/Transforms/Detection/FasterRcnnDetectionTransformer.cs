using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// A trained Faster R-CNN, or the Fast R-CNN detector alone, which looks at the boxes of a column of proposals. See
/// <see cref="DetectionTransformer"/> for the columns it adds.
/// </summary>
[SavedModel("FasterRcnn")]
public sealed class FasterRcnnDetectionTransformer : NetworkDetectionTransformer<FasterRcnnNetworkOptions, FasterRcnnNetwork>
{
    private static readonly DetectorKind<FasterRcnnNetworkOptions, FasterRcnnNetwork> Kind = new(
        network => new FasterRcnnNetwork(network), (network, options, device) => new FasterRcnnDetector(network, options, device), Faults);

    internal FasterRcnnDetectionTransformer(
        IHostEnvironment env, FasterRcnnNetwork trained, DetectionOptions options, DetectionColumns columns, ClassLabels labels, Device device)
        : base(env, Kind, new SavedDetector<FasterRcnnNetworkOptions>(trained.Options, options, columns, labels), trained, device)
    {
    }

    private FasterRcnnDetectionTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private FasterRcnnDetectionTransformer(FasterRcnnDetectionTransformer other, DetectionOptions options)
        : base(other.Host, Kind, other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public FasterRcnnDetectionTransformer With(DetectionOptions options) => new(this, options);

    /// <summary>The region proposal network alone, sharing the weights: where objects of any class may be, for a detector that is trained on
    /// given proposals, or for <c>mlContext.ObjectDetection.EvaluateProposals</c>.</summary>
    /// <param name="proposalsColumnName">Column to add: boxes, x0 y0 x1 y1 in pixels of the original image, best first.</param>
    /// <param name="scoreColumnName">Column to add: the probability that each holds an object.</param>
    /// <param name="options">How many, and how they are computed; null for as many as the detector looks at.</param>
    /// <exception cref="InvalidOperationException">The detector was trained on given proposals and has no such network.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public RegionProposalTransformer AsProposer(
        string proposalsColumnName = "Proposals", string scoreColumnName = "ProposalScore", RegionProposalOptions? options = null)
    {
        if (!Network.ProposesRegions)
            throw new InvalidOperationException("The model proposes no regions: it looks at those that it is given.");
        var description = new SavedProposer(Network, options ?? new(), Columns.Image, proposalsColumnName, scoreColumnName);
        return new RegionProposalTransformer(Host, description, ShareNetwork()) { History = History };
    }

    private static IEnumerable<string> Faults(FasterRcnnNetworkOptions network, int classes) => network.Classes == classes
        ? network.Faults()
        : network.Faults().Append($"Classes: expected {classes}, one for each label, got {network.Classes}.");
}
