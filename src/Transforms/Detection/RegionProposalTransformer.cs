using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.Detection;

/// <summary>
/// The region proposal network of a Faster R-CNN: adds boxes that may hold an object of any class (<c>Proposals</c>, x0 y0 x1 y1 in pixels of the
/// original image, 4 per box, best first) and the probability of each (<c>ProposalScore</c>). A row without an image has none.
/// </summary>
/// <remarks>Shares the weights of the model that it was made from. A saved one holds the whole network.</remarks>
[SavedModel("RegionProposals")]
public sealed class RegionProposalTransformer : NetworkTransformer<RgbImage?, IReadOnlyList<(Box Box, float Score)>>
{
    private readonly SavedProposer description;
    private readonly Shared<TrainedNetwork<FasterRcnnNetwork>> network;
    private readonly ScaledImages scaled;
    private readonly RegionProposals proposals;

    internal RegionProposalTransformer(IHostEnvironment env, SavedProposer description, Shared<TrainedNetwork<FasterRcnnNetwork>> network) : base(env)
    {
        (this.description, this.network) = (description, network);
        EnsureValid(description.Options);
        FasterRcnnNetworkOptions options = description.Network;
        scaled = new ScaledImages(options, network.Use(weights => weights.Device));
        proposals = new RegionProposals(options, options.ProposalsBeforeNms, Options.MaxProposals ?? options.Proposals);
    }

    private RegionProposalTransformer(IHostEnvironment env, ModelZipReader zip)
        : this(env, zip, zip.ReadOptions<SavedProposer>(saved => [.. saved.Network.Faults(), .. saved.Options.Faults()]))
    {
    }

    private RegionProposalTransformer(IHostEnvironment env, ModelZipReader zip, SavedProposer description)
        : this(env, description, new Shared<TrainedNetwork<FasterRcnnNetwork>>(new TrainedNetwork<FasterRcnnNetwork>(
            zip.ReadNetwork(() => new FasterRcnnNetwork(description.Network)), DeviceChoice.ForLoading(env), () => new FasterRcnnNetwork(description.Network))))
    {
    }

    /// <summary>How it proposes. <see cref="With"/> gives a copy that proposes otherwise.</summary>
    public RegionProposalOptions Options => description.Options;

    /// <summary>The same model, sharing its weights, with other settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public RegionProposalTransformer With(RegionProposalOptions options)
    {
        EnsureValid(options);
        return new(Host, description with { Options = options }, network.Share()) { History = History };
    }

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(description);
        network.SaveTo(zip);
    }

    private protected override int BatchSize => Options.BatchSize;

    private protected override IReadOnlyList<ResultColumn<IReadOnlyList<(Box Box, float Score)>>> Results =>
    [
        VectorColumn.Of<(Box Box, float Score), float>(
            description.Proposals, NumberDataViewType.Single, null, 4, (found, corners) => VectorColumn.Write(found.Box, corners)),
        VectorColumn.Of<(Box Box, float Score), float>(
            description.Score, NumberDataViewType.Single, null, 1, (found, score) => score[0] = found.Score),
    ];

    private protected override RowReader<RgbImage?> ReaderFor(DataViewSchema schema) => ImageColumn.Reader(Host, schema, description.Image);

    private protected override IReadOnlyList<IReadOnlyList<(Box Box, float Score)>> Run(IReadOnlyList<RgbImage?> inputs)
    {
        RgbImage[] images = [.. inputs.OfType<RgbImage>()];
        var found = new Queue<IReadOnlyList<(Box, float)>>(network.Use(weights => scaled.Infer(images, (batch, rows) =>
            Propose(weights.For(Options.Precision), batch, [.. rows.Select(row => images[row])]))));
        return [.. inputs.Select(image => image is null ? [] : found.Dequeue())];
    }

    private IReadOnlyList<IReadOnlyList<(Box Box, float Score)>> Propose(FasterRcnnNetwork prepared, PaddedImages batch, RgbImage[] images) =>
    [
        .. proposals.Of(prepared.Propose(prepared.Features(batch.Pixels_N3HW)), batch.Sizes)
            .Select((regions, n) => regions.ToOriginal(batch.Sizes[n], (images[n].Width, images[n].Height))),
    ];

    private static void EnsureValid(RegionProposalOptions options)
    {
        options.Faults().ThrowIfAny(nameof(RegionProposalOptions), nameof(options));
    }
}

/// <summary>What is saved of a proposer besides its weights.</summary>
/// <param name="Network">What the whole network is.</param>
/// <param name="Options">How it proposes.</param>
/// <param name="Image">Column of images.</param>
/// <param name="Proposals">Column of boxes, added.</param>
/// <param name="Score">Column of probabilities, added.</param>
internal sealed record SavedProposer(FasterRcnnNetworkOptions Network, RegionProposalOptions Options, string Image, string Proposals, string Score);
