using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>An image whose likelihood is asked for.</summary>
/// <param name="Image">Of any size.</param>
/// <param name="Class">From 0; not looked at by a network without classes.</param>
public sealed record LikelihoodRequest(RgbImage Image, int Class = 0);

/// <summary>
/// A trained Image Transformer as a judge of images. Adds <c>BitsPerDimension</c>: how many bits the network needs on average to tell a byte of the image
/// (its pixels times their channels) given those before it; 8 if it knows nothing. A row without an image has a number that is not one.
/// </summary>
[SavedModel("ImageTransformerLikelihood")]
public sealed class ImageLikelihoodTransformer : NetworkTransformer<LikelihoodRequest?, float>
{
    private readonly SavedLikelihood description;
    private readonly Shared<TrainedNetwork<ImageTransformerNetwork>> network;

    internal ImageLikelihoodTransformer(IHostEnvironment env, SavedLikelihood description, Shared<TrainedNetwork<ImageTransformerNetwork>> network) : base(env) =>
        (this.description, this.network) = (description, network);

    /// <summary>Loads a saved model.</summary>
    private ImageLikelihoodTransformer(IHostEnvironment env, ModelZipReader zip) : this(env, zip, zip.ReadOptions<SavedLikelihood>(Faults))
    {
    }

    private ImageLikelihoodTransformer(IHostEnvironment env, ModelZipReader zip, SavedLikelihood description)
        : this(env, description, new Shared<TrainedNetwork<ImageTransformerNetwork>>(new TrainedNetwork<ImageTransformerNetwork>(
            zip.ReadNetwork(() => new ImageTransformerNetwork(description.Network)), DeviceChoice.ForLoading(env),
            () => new ImageTransformerNetwork(description.Network), (copy, _) => ImageTransformerGenerationTransformer.Prepare(copy))))
    {
    }

    /// <summary>What the network is.</summary>
    public ImageTransformerNetworkOptions Network => description.Network;

    /// <summary>Bits per byte of images, without a data view.</summary>
    /// <exception cref="ArgumentException">The network does not know a class; names the request's number.</exception>
    public IReadOnlyList<float> Measure(IReadOnlyList<LikelihoodRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        foreach ((int i, LikelihoodRequest request) in requests.Index())
            if (Network.Classes > 0 && (request.Class < 0 || request.Class >= Network.Classes))
                throw new ArgumentException($"Request {i}: expected a class from 0 to {Network.Classes - 1}, got {request.Class}.", nameof(requests));
        return [.. requests.Chunk(BatchSize).SelectMany(batch => Run(batch))];
    }

    private protected override int BatchSize => description.BatchSize;

    private protected override IReadOnlyList<ResultColumn<float>> Results =>
    [
        new ResultColumn<float, float>(description.Columns.BitsPerDimension, NumberDataViewType.Single, null, (float result, ref float value) => value = result),
    ];

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(description);
        network.SaveTo(zip);
    }

    private protected override RowReader<LikelihoodRequest?> ReaderFor(DataViewSchema schema)
    {
        DataViewSchema.Column image = ImageColumn.Find(Host, schema, description.Columns.Image);
        DataViewSchema.Column[] label = description.Columns.Label is { } name ? [LabelNames.Find(Host, schema, name)] : [];
        return new RowReader<LikelihoodRequest?>([image, .. label], row =>
        {
            Func<RgbImage?> readImage = ImageColumn.Bind(row, image);
            Func<int>? readClass = label.Length == 0 ? null : RequestedClass.Bind(row, label[0], description.Labels!);
            return () => readImage() is { } picture ? new LikelihoodRequest(picture, readClass?.Invoke() ?? 0) : null;
        });
    }

    private protected override IReadOnlyList<float> Run(IReadOnlyList<LikelihoodRequest?> inputs)
    {
        LikelihoodRequest[] requests = [.. inputs.OfType<LikelihoodRequest>()];
        var bits = new Queue<float>(requests.Length > 0 ? network.Infer(weights => Bits(weights, requests)) : []);
        return [.. inputs.Select(request => request is null ? float.NaN : bits.Dequeue())];
    }

    private float[] Bits(TrainedNetwork<ImageTransformerNetwork> weights, IReadOnlyList<LikelihoodRequest> requests)
    {
        var inputs = new ImageTransformerInputs(Network, weights.Device);
        RgbImage[] images = [.. requests.Select(request => request.Image)];
        ImageTransformerNetwork prepared = weights.For(default);
        Tensor logProbability_N = prepared.LogProbability(inputs.Pixels(images), inputs.Condition([.. requests.Select(request => request.Class)], images));
        return [.. BitsPerDimension.Of(logProbability_N, prepared.ByteCount).to(ScalarType.Float32).cpu().data<float>()];
    }

    private static IEnumerable<string> Faults(SavedLikelihood saved)
    {
        foreach (string fault in saved.Network.Faults().Concat(saved.Labels?.Faults() ?? []))
            yield return fault;
        if (saved.BatchSize < 1)
            yield return $"{nameof(saved.BatchSize)}: expected at least 1, got {saved.BatchSize}.";
        if (saved.Network.Classes != (saved.Labels?.Count ?? 0))
            yield return $"{nameof(saved.Network.Classes)}: expected {saved.Labels?.Count ?? 0}, one for each label, got {saved.Network.Classes}.";
    }
}

/// <summary>What is saved of a judge of images besides its weights.</summary>
internal sealed record SavedLikelihood(ImageTransformerNetworkOptions Network, int BatchSize, ClassLabels? Labels, LikelihoodColumns Columns);

/// <summary>Names of the columns that a judge of images reads and adds.</summary>
internal sealed record LikelihoodColumns
{
    public string Image { get; init; } = "Image";

    public string? Label { get; init; }

    public string BitsPerDimension { get; init; } = "BitsPerDimension";
}
