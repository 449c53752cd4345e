using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Classification;

/// <summary>
/// A trained Squeeze-and-Excitation classifier of images. Adds <c>PredictedLabel</c> (key) and <c>Score</c> (a probability for each class), annotated so
/// that <c>MulticlassClassification.Evaluate</c> takes them. A row without an image has a missing label and scores that are not numbers.
/// </summary>
[SavedModel("SENet")]
public sealed class SENetClassificationTransformer : NetworkTransformer<RgbImage?, ClassifiedImage>
{
    private readonly SavedClassifier<SENetNetworkOptions> description;
    private readonly Shared<TrainedNetwork<SENetNetwork>> network;

    internal SENetClassificationTransformer(IHostEnvironment env, SENetNetwork trained, ClassificationOptions options, string imageColumn,
        ClassificationColumns columns, ClassLabels labels, Device device)
        : this(env, new SavedClassifier<SENetNetworkOptions>(trained.Options, options, imageColumn, columns, labels), trained, device)
    {
    }

    /// <summary>Loads a saved model.</summary>
    private SENetClassificationTransformer(IHostEnvironment env, ModelZipReader zip)
        : this(env, zip, zip.ReadOptions<SavedClassifier<SENetNetworkOptions>>(Faults))
    {
    }

    private SENetClassificationTransformer(IHostEnvironment env, ModelZipReader zip, SavedClassifier<SENetNetworkOptions> description)
        : this(env, description, zip.ReadNetwork(() => new SENetNetwork(description.Network)), DeviceChoice.ForLoading(env))
    {
    }

    private SENetClassificationTransformer(
        IHostEnvironment env, SavedClassifier<SENetNetworkOptions> description, SENetNetwork trained, Device device)
        : this(env, description, new Shared<TrainedNetwork<SENetNetwork>>(
            new TrainedNetwork<SENetNetwork>(trained, device, () => new SENetNetwork(description.Network))))
    {
    }

    private SENetClassificationTransformer(
        IHostEnvironment env, SavedClassifier<SENetNetworkOptions> description, Shared<TrainedNetwork<SENetNetwork>> network) : base(env) =>
        (this.description, this.network) = (description, network);

    /// <summary>What the network is.</summary>
    public SENetNetworkOptions Network => description.Network;

    /// <summary>How the model predicts. <see cref="With"/> gives a copy that predicts otherwise.</summary>
    public ClassificationOptions Options => description.Inference;

    /// <summary>Names of the classes, in the order of their keys.</summary>
    public IReadOnlyList<string> Labels => [.. Enumerable.Range(0, description.Labels.Count).Select(description.Labels.NameOf)];

    private protected override int BatchSize => Options.BatchSize;

    private protected override IReadOnlyList<ResultColumn<ClassifiedImage>> Results =>
    [
        .. description.Columns.Deliver<ClassifiedImage>(description.Labels, image => image.Probabilities),
        .. description.Columns.Features is { } name ? (ResultColumn<ClassifiedImage>[])[FeatureColumn(name)] : [],
    ];

    /// <summary>Numbers that were learnt.</summary>
    public long ParameterCount => network.Use(weights => weights.Trained.parameters().Sum(parameter => parameter.numel()));

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public SENetClassificationTransformer With(ClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Faults().ThrowIfAny(nameof(ClassificationOptions), nameof(options));
        return new SENetClassificationTransformer(Host, description with { Inference = options }, network.Share()) { History = History };
    }

    /// <summary>
    /// The same model, sharing its weights, which also adds what its last layer decides from: in residual and Inception networks the last map's mean over
    /// space. By these features generated images can be compared with real ones.
    /// </summary>
    /// <param name="columnName">Column to add: a vector of Single; of a row without an image, numbers that are none.</param>
    public SENetClassificationTransformer WithFeatures(string columnName = "Features")
    {
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return new SENetClassificationTransformer(
            Host, description with { Columns = description.Columns with { Features = columnName } }, network.Share()) { History = History };
    }

    /// <summary>Writes the weights as safetensors, for other programs.</summary>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public void SaveWeights(string path) => network.Use(weights => weights.Trained.SaveWeights(path));

    /// <summary>
    /// How strongly each squeeze-and-excitation block lets each channel through, on average over the images of each class: section 7.2 and its figure. Reads
    /// the data once.
    /// </summary>
    /// <param name="data">Images with their classes.</param>
    /// <param name="labelColumnName">Classes: a key or text. A class need not be one that the model knows.</param>
    /// <exception cref="InvalidOperationException">The network has no squeeze-and-excitation blocks: it is a baseline.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public ExcitationProfile ExcitationProfile(IDataView data, string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ExcitationProfiling(Host, ReaderFor(data.Schema), labelColumnName, Options.BatchSize, Excitations).Run(data, network.Use(BlocksOf));
    }

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    /// <summary>Runs something on the network as it was trained.</summary>
    internal T UseNetwork<T>(Func<SENetNetwork, T> action) => network.Use(weights => action(weights.Trained));

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(description);
        network.SaveTo(zip);
    }

    private protected override RowReader<RgbImage?> ReaderFor(DataViewSchema schema) => ImageColumn.Reader(Host, schema, description.ImageColumn);

    private protected override IReadOnlyList<ClassifiedImage> Run(IReadOnlyList<RgbImage?> inputs)
    {
        RgbImage[] images = [.. inputs.OfType<RgbImage>()];
        var classified = new Queue<ClassifiedImage>(images.Length > 0 ? Classify(images) : []);
        var missing = new ClassifiedImage(NotNumbers(description.Labels.Count), description.Columns.Features is null ? [] : NotNumbers(FeatureCount));
        return [.. inputs.Select(image => image is null ? missing : classified.Dequeue())];
    }

    private IReadOnlyList<ClassifiedImage> Classify(IReadOnlyList<RgbImage> images) => network.Infer(weights =>
    {
        var (logits_NC, features_ND) = weights.For(Options.Precision).WithFeatures(Pixels(images, weights.Device));
        float[][] probabilities = Rows(nn.functional.softmax(logits_NC, dim: 1));
        return (IReadOnlyList<ClassifiedImage>)(description.Columns.Features is null
            ? [.. probabilities.Select(row => new ClassifiedImage(row, []))]
            : [.. probabilities.Zip(Rows(features_ND), (row, features) => new ClassifiedImage(row, features))]);
    });

    private int FeatureCount => network.Use(weights => weights.Trained.FeatureCount);

    private ResultColumn<ClassifiedImage, VBuffer<float>> FeatureColumn(string name)
    {
        int count = FeatureCount;
        return new(name, new VectorDataViewType(NumberDataViewType.Single, count), null, (ClassifiedImage image, ref VBuffer<float> value) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, count);
            image.Features.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }

    private static float[] NotNumbers(int count) => [.. Enumerable.Repeat(float.NaN, count)];

    /// <summary>For each block, for each image: the excitation of each channel.</summary>
    private IReadOnlyList<float[][]> Excitations(IReadOnlyList<RgbImage> images) => network.Infer(weights =>
        (IReadOnlyList<float[][]>)[.. weights.For(Options.Precision).WithExcitations(Pixels(images, weights.Device)).Excitations_NC
            .Select(Rows)]);

    private Tensor Pixels(IReadOnlyList<RgbImage> images, Device device) => Placed.On(device,
        ImageBatch.Of(images, Network.ImageSize, image => Options.WindowOf(image.Width, image.Height), Options.Resampling));

    private static float[][] Rows(Tensor values_NC)
    {
        Tensor values = values_NC.cpu().contiguous();
        return [.. MemoryMarshal.Cast<byte, float>(values.bytes).ToArray().Chunk((int)values.shape[1])];
    }

    private static IReadOnlyList<ExcitationBlock> BlocksOf(TrainedNetwork<SENetNetwork> weights) => weights.Trained.ExcitationBlocks.Count > 0
        ? weights.Trained.ExcitationBlocks
        : throw new InvalidOperationException("The network has no squeeze-and-excitation blocks: it is a baseline.");

    private static IEnumerable<string> Faults(SavedClassifier<SENetNetworkOptions> saved)
    {
        foreach (string fault in saved.Network.Faults().Concat(saved.Inference.Faults()).Concat(saved.Labels.Faults()))
            yield return fault;
        if (saved.Network.Classes != saved.Labels.Count)
            yield return $"Classes: expected {saved.Labels.Count}, one for each label, got {saved.Network.Classes}.";
    }
}

/// <summary>What a classifier says of an image.</summary>
/// <param name="Probabilities">One for each class.</param>
/// <param name="Features">What the last layer decided from; empty if not asked for.</param>
public readonly record struct ClassifiedImage(float[] Probabilities, float[] Features);

/// <summary>What is saved of a classifier besides its weights.</summary>
internal sealed record SavedClassifier<TNetworkOptions>(
    TNetworkOptions Network, ClassificationOptions Inference, string ImageColumn, ClassificationColumns Columns, ClassLabels Labels);
