using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// A trained Image Transformer. Adds <c>GeneratedImage</c>: a new image, of a class if the network knows classes; a larger one of a given small one, if the
/// network has super-resolution; or a given image whose lower part is drawn anew. See <see cref="ImageGenerationTransformer"/> for the columns.
/// <see cref="AsLikelihood"/> gives the other face of the same weights.
/// </summary>
/// <remarks>A given image of another size is cut to its middle square and brought to the network's size.</remarks>
[SavedModel("ImageTransformer")]
public sealed class ImageTransformerGenerationTransformer
    : NetworkGenerationTransformer<ImageTransformerNetworkOptions, ImageTransformerGenerationOptions, ImageTransformerNetwork>
{
    private static readonly GeneratorKind<ImageTransformerNetworkOptions, ImageTransformerNetwork> Kind = new(
        options => new ImageTransformerNetwork(options), Faults, (network, _) => Prepare(network));

    internal ImageTransformerGenerationTransformer(IHostEnvironment env, ImageTransformerNetwork trained, ImageTransformerGenerationOptions options,
        GenerationColumns columns, ClassLabels? labels, Device device)
        : base(env, Kind, new SavedGenerator<ImageTransformerNetworkOptions, ImageTransformerGenerationOptions>(trained.Options, options, columns, labels),
            trained, device)
    {
    }

    private ImageTransformerGenerationTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private ImageTransformerGenerationTransformer(ImageTransformerGenerationTransformer other, ImageTransformerGenerationOptions options) : base(other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other settings: another task, another temperature.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public ImageTransformerGenerationTransformer With(ImageTransformerGenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ImageTransformerGenerationTransformer(this, options);
    }

    /// <summary>The same weights as a judge of images: how many bits the network needs to tell each byte of a given image.</summary>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="labelColumnName">Their classes, keys or text; not read by a network without classes.</param>
    /// <param name="bitsPerDimensionColumnName">Column to add: bits per byte, Single.</param>
    public ImageLikelihoodTransformer AsLikelihood(
        string imageColumnName = "Image", string labelColumnName = "Label", string bitsPerDimensionColumnName = "BitsPerDimension") =>
        new(Host, new SavedLikelihood(Network, Options.BatchSize, ClassLabels, new LikelihoodColumns
        {
            Image = imageColumnName, Label = Network.Classes > 0 ? labelColumnName : null, BitsPerDimension = bitsPerDimensionColumnName,
        }), ShareNetwork());

    private bool ReadsImage => Network.SuperResolution is not null || Options.Task == ImageTransformerTask.Complete;

    private protected override GenerationColumns ColumnsToRead => Columns with
    {
        Image = ReadsImage ? Columns.Image : null, Label = Network.Classes > 0 ? Columns.Label : null,
    };

    private protected override string? Fault(GenerationRequest request) =>
        request.Codes is not null ? "Expected no codes: the generator knows none."
        : ReadsImage && request.Image is null ? "Expected an image, got none."
        : !ReadsImage && request.Image is not null ? "Expected no image: the generator makes new ones."
        : request.Class is not { } number ? null
        : Network.Classes == 0 ? $"Expected no class: the generator knows none, got {number}."
        : number < 0 || number >= Network.Classes ? $"Expected a class from 0 to {Network.Classes - 1}, got {number}."
        : null;

    private protected override IReadOnlyList<RgbImage> Draw(ImageTransformerNetwork network, IReadOnlyList<GenerationRequest> requests, Device device)
    {
        var inputs = new ImageTransformerInputs(Network, device);
        IReadOnlyList<RgbImage> images = ReadsImage ? [.. requests.Select(request => request.Image!)] : [];
        GivenPixels? given = Options.GivenRows(Network.ImageSize) is > 0 and var rows ? new GivenPixels(inputs.Pixels(images), rows) : null;
        return PixelBytes.ToImages(ImageSampler.Draw(network, [.. requests.Select(request => request.Random())],
            inputs.Condition([.. requests.Select(ClassOf)], images), Options.Sampling, given, stop: Options.CancellationToken));
    }

    /// <summary>Another sequence of numbers than that of the pixels, so that they do not depend on whether the class was asked for.</summary>
    private int ClassOf(GenerationRequest request) =>
        request.Class ?? (Network.Classes == 0 ? 0 : new SampleRandom(request.Seed, 1, 0).Below(Network.Classes));

    /// <summary>In 64 bits: see the remarks of <see cref="ImageSampler"/>.</summary>
    internal static void Prepare(ImageTransformerNetwork network)
    {
        network.eval();
        foreach (var parameter in network.parameters())
            parameter.requires_grad = false;
        ((Module)network).to(ScalarType.Float64);
    }

    private static IEnumerable<string> Faults(ImageTransformerNetworkOptions network, int? labels)
    {
        foreach (string fault in network.Faults())
            yield return fault;
        if (network.Classes != (labels ?? 0))
            yield return $"{nameof(network.Classes)}: expected {labels ?? 0}, one for each label, got {network.Classes}.";
    }
}
