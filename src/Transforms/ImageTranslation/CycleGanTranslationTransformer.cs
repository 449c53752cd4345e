using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// Trained generators of CycleGAN. Adds <c>TranslatedImage</c>, of the size of the image, whatever that is; and, if the model has both directions,
/// <c>ReconstructedImage</c> and <c>CycleError</c>, which cost a second network and are computed only where they are asked for. A row without an image has none
/// of them.
/// </summary>
/// <remarks>The way back starts from <c>TranslatedImage</c> as it is delivered, in bytes: it is what <see cref="Reverse"/> makes of it.</remarks>
[SavedModel("CycleGan")]
public sealed class CycleGanTranslationTransformer : NetworkTransformer<RgbImage?, TranslatedImage?>
{
    private readonly SavedCycleGan description;
    private readonly Shared<TrainedNetwork<CycleGanNetwork>> network;

    internal CycleGanTranslationTransformer(IHostEnvironment env, CycleGanNetwork trained, ImageTranslationOptions options, string imageColumn,
        ImageTranslationColumns columns, Device device)
        : this(env, new SavedCycleGan(trained.Options, options, imageColumn, columns, HasBothDirections: trained.F is not null, IsReversed: false), trained, device)
    {
    }

    /// <summary>Loads a saved model.</summary>
    private CycleGanTranslationTransformer(IHostEnvironment env, ModelZipReader zip)
        : this(env, zip, zip.ReadOptions<SavedCycleGan>(Faults))
    {
    }

    private CycleGanTranslationTransformer(IHostEnvironment env, ModelZipReader zip, SavedCycleGan description)
        : this(env, description, zip.ReadNetwork(() => Create(description)), DeviceChoice.ForLoading(env))
    {
    }

    private CycleGanTranslationTransformer(IHostEnvironment env, SavedCycleGan description, CycleGanNetwork trained, Device device)
        : this(env, description, new Shared<TrainedNetwork<CycleGanNetwork>>(
            new TrainedNetwork<CycleGanNetwork>(trained, device, () => Create(description))))
    {
    }

    private CycleGanTranslationTransformer(IHostEnvironment env, SavedCycleGan description, Shared<TrainedNetwork<CycleGanNetwork>> network) : base(env) =>
        (this.description, this.network) = (description, network);

    /// <summary>What the networks are.</summary>
    public CycleGanNetworkOptions Network => description.Network;

    /// <summary>How the model works. <see cref="With"/> gives a copy that works otherwise.</summary>
    public ImageTranslationOptions Options => description.Inference;

    /// <summary>False for a generator that was trained elsewhere and came without its counterpart.</summary>
    public bool HasBothDirections => description.HasBothDirections;

    /// <summary>True if this translates from the second domain to the first.</summary>
    public bool IsReversed => description.IsReversed;

    private protected override int BatchSize => Options.BatchSize;

    private protected override IReadOnlyList<ResultColumn<TranslatedImage?>> Results => description.Columns.Deliver(HasBothDirections);

    /// <summary>The other direction, sharing the weights. It can be saved by itself, and has both directions again when loaded.</summary>
    /// <exception cref="InvalidOperationException">The model has only one direction.</exception>
    public CycleGanTranslationTransformer Reverse() => HasBothDirections
        ? Copy(description with { IsReversed = !IsReversed })
        : throw new InvalidOperationException("The model has one direction only: its generator was trained elsewhere and came without its counterpart.");

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public CycleGanTranslationTransformer With(ImageTranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Faults().ThrowIfAny(nameof(ImageTranslationOptions), nameof(options));
        return Copy(description with { Inference = options });
    }

    /// <summary>
    /// Writes the generator of this direction as safetensors, under the names of the authors' PyTorch code, which <c>ml.Transforms.TranslateImages</c> takes too.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public void SaveWeights(string path) => network.Use(weights => Generator(weights.Trained, IsReversed).SaveWeights(path));

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    /// <summary>Runs something on the networks as they were trained.</summary>
    internal T UseNetwork<T>(Func<CycleGanNetwork, T> action) => network.Use(weights => action(weights.Trained));

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(description);
        network.SaveTo(zip);
    }

    private protected override RowReader<RgbImage?> ReaderFor(DataViewSchema schema) => ImageColumn.Reader(Host, schema, description.ImageColumn);

    private protected override IReadOnlyList<TranslatedImage?> Run(IReadOnlyList<RgbImage?> inputs)
    {
        var results = new List<TranslatedImage?>(inputs.Count);
        while (results.Count < inputs.Count)
        {
            if (inputs[results.Count] is not { } first)
            {
                results.Add(null);
                continue;
            }
            RgbImage[] images = [.. inputs.Skip(results.Count).TakeWhile(image => image?.Width == first.Width && image.Height == first.Height).OfType<RgbImage>()];
            results.AddRange(images.Zip(Translate(images, IsReversed), (image, translated) =>
                new TranslatedImage(image, translated, there => Translate([there], !IsReversed)[0])));
        }
        return results;
    }

    private IReadOnlyList<RgbImage> Translate(IReadOnlyList<RgbImage> images, bool reversed) => network.Infer(weights =>
        SymmetricImages.ToImages(Generator(weights.For(Options.Precision), reversed)
            .TranslateAnySize(Placed.On(weights.Device, SymmetricImages.Of(images, channels: 3)))));

    private CycleGanTranslationTransformer Copy(SavedCycleGan changed) => new(Host, changed, network.Share()) { History = History };

    private static CycleGanGenerator Generator(CycleGanNetwork generators, bool reversed) => reversed ? generators.F! : generators.G;

    private static CycleGanNetwork Create(SavedCycleGan description) => new(description.Network, description.HasBothDirections);

    private static IEnumerable<string> Faults(SavedCycleGan saved)
    {
        foreach (string fault in saved.Network.Faults().Concat(saved.Inference.Faults()))
            yield return fault;
        if (saved.IsReversed && !saved.HasBothDirections)
            yield return "IsReversed: expected false in a model of one direction, got true.";
    }
}

/// <summary>What is saved of CycleGAN besides its weights.</summary>
internal sealed record SavedCycleGan(CycleGanNetworkOptions Network, ImageTranslationOptions Inference, string ImageColumn, ImageTranslationColumns Columns,
    bool HasBothDirections, bool IsReversed);
