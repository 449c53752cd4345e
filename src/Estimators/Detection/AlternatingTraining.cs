using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The paper's 4-step alternating training (section 3.2) as four phases of one run.</summary>
/// <remarks>
/// Before both parts share their features there are two backbones. The detector's own is the network's from the start; that of the proposals is a
/// second one, which begins with the same weights, is in the run's checkpoints, and goes when training is over: nothing is copied between steps.
/// Step 2 draws its proposals anew for every view of an image, not once for all. Step 3 goes on with the proposal layers of step 1.
/// </remarks>
/// <param name="training">The run.</param>
/// <param name="options">Of the losses.</param>
/// <param name="frozenStages">First stages of both backbones that are never trained.</param>
/// <param name="createOptimiser">Of those parameters that are not frozen.</param>
internal sealed class AlternatingTraining(
    DetectionTraining<FasterRcnnNetwork> training, FasterRcnnLossOptions options, int frozenStages,
    Func<nn.Module, OptimizerHelper> createOptimiser)
{
    private const string Network = "network.", Unshared = "unshared.";
    private readonly FasterRcnnLoss loss = new(training.Network.Options, options);
    private readonly RegionProposals proposals = new(training.Network.Options, options.ProposalsBeforeNms, options.Proposals);

    public TrainingHistory Run()
    {
        using FasterRcnnBackbone unshared = CreateBackbone();
        unshared.load_state_dict(training.Network.Shared.state_dict());
        var networks = new AlternatingNetworks(training.Network, unshared);
        HashSet<string> frozen = [.. networks.named_parameters().Where(entry => !entry.parameter.requires_grad).Select(entry => entry.name)];
        return training.Train(
            Step("1: proposals", ProposalsAlone, Unshared, $"{Network}rpn.") with { IsValidated = false },
            Step("2: detector", DetectorAlone, $"{Network}backbone.", $"{Network}roi_heads.") with { IsValidated = false },
            Step("3: proposals, shared features", ProposalsOnSharedFeatures, $"{Network}rpn."),
            Step("4: detector, shared features", DetectorOnSharedFeatures, $"{Network}roi_heads."));

        TrainingPhase<DetectionBatch> Step(string name, Func<AlternatingNetworks, DetectionBatch, LossTensor[]> terms, params string[] learning) =>
            training.Phase(name, networks, () => new AlternatingNetworks(training.CreateNetwork(), CreateBackbone()), () =>
            {
                foreach ((string parameter, Parameter value) in networks.named_parameters())
                    value.requires_grad = !frozen.Contains(parameter) && learning.Any(part => parameter.StartsWith(part, StringComparison.Ordinal));
                return createOptimiser(networks);
            }, terms);
    }

    private FasterRcnnBackbone CreateBackbone()
    {
        var backbone = new FasterRcnnBackbone(training.Network.Options);
        ChannelsLast.Apply(backbone);
        backbone.Freeze(frozenStages);
        return (FasterRcnnBackbone)backbone.to(training.Device);
    }

    private LossTensor[] ProposalsAlone(AlternatingNetworks nets, DetectionBatch batch) =>
        ProposalTerms(nets.Network, nets.Network.Features(batch.Images_N3HW, nets.Unshared), batch);

    private LossTensor[] DetectorAlone(AlternatingNetworks nets, DetectionBatch batch)
    {
        Tensor[] regions_R4 = Propose(nets.Network, Constant(nets, nets.Unshared, batch), batch);
        return RegionTerms(nets.Network, nets.Network.Features(batch.Images_N3HW), regions_R4, batch);
    }

    private LossTensor[] ProposalsOnSharedFeatures(AlternatingNetworks nets, DetectionBatch batch) =>
        ProposalTerms(nets.Network, Constant(nets, nets.Network.Shared, batch), batch);

    private LossTensor[] DetectorOnSharedFeatures(AlternatingNetworks nets, DetectionBatch batch)
    {
        ImageFeatures features = Constant(nets, nets.Network.Shared, batch);
        return RegionTerms(nets.Network, features, Propose(nets.Network, features, batch), batch);
    }

    /// <summary>Features of a backbone that does not learn in this step, by its stored statistics.</summary>
    private static ImageFeatures Constant(AlternatingNetworks nets, FasterRcnnBackbone backbone, DetectionBatch batch)
    {
        backbone.eval();
        using IDisposable constant = no_grad();
        return nets.Network.Features(batch.Images_N3HW, backbone);
    }

    private Tensor[] Propose(FasterRcnnNetwork network, ImageFeatures features, DetectionBatch batch)
    {
        using IDisposable constant = no_grad();
        return [.. proposals.Of(network.Propose(features), batch.Images.Sizes).Select(found => found.Boxes_R4)];
    }

    private LossTensor[] ProposalTerms(FasterRcnnNetwork network, ImageFeatures features, DetectionBatch batch) =>
        FasterRcnnTerms.OfProposals(loss.OfProposals(network.Propose(features), batch.Images.Sizes, batch.Targets));

    private LossTensor[] RegionTerms(FasterRcnnNetwork network, ImageFeatures features, Tensor[] regions_R4, DetectionBatch batch) =>
        FasterRcnnTerms.OfRegions(loss.OfRegions(network, features, regions_R4, batch.Targets));
}

/// <summary>What alternating training is about: the network, and the backbone of the proposals before the features are shared.</summary>
internal sealed class AlternatingNetworks : nn.Module
{
    private readonly FasterRcnnNetwork network;
    private readonly FasterRcnnBackbone unshared;

    public AlternatingNetworks(FasterRcnnNetwork network, FasterRcnnBackbone unshared) : base(nameof(AlternatingNetworks))
    {
        (this.network, this.unshared) = (network, unshared);
        RegisterComponents();
    }

    public FasterRcnnNetwork Network => network;

    public FasterRcnnBackbone Unshared => unshared;
}
