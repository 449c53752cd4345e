using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// A trained InfoGAN as a generator: codes to images. See <see cref="ImageGenerationTransformer"/> for the columns. Codes are numbers, first the categorical
/// ones (a category from 0), then the continuous ones (trained on -1 to 1). <see cref="AsEncoder"/> gives the other face of the same weights.
/// </summary>
[SavedModel("InfoGan")]
public sealed class InfoGanGenerationTransformer : NetworkGenerationTransformer<InfoGanNetworkOptions, GenerationOptions, InfoGanNetwork>
{
    private static readonly GeneratorKind<InfoGanNetworkOptions, InfoGanNetwork> Kind = new(
        options => new InfoGanNetwork(options), (options, _) => options.Faults());

    internal InfoGanGenerationTransformer(IHostEnvironment env, InfoGanNetwork trained, GenerationOptions options, GenerationColumns columns, Device device)
        : base(env, Kind, new SavedGenerator<InfoGanNetworkOptions, GenerationOptions>(trained.Options, options, columns, null), trained, device)
    {
    }

    private InfoGanGenerationTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private InfoGanGenerationTransformer(InfoGanGenerationTransformer other, GenerationOptions options) : base(other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public InfoGanGenerationTransformer With(GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new InfoGanGenerationTransformer(this, options);
    }

    /// <summary>The same weights as a reader of codes: images to <c>PredictedCategory</c> and <c>PredictedCodes</c>.</summary>
    /// <param name="imageColumnName">Images of any size.</param>
    /// <param name="predictedCategoryColumnName">Column to add if there is a categorical code: the likeliest value of the first one, a key.</param>
    /// <param name="predictedCodesColumnName">Column to add: a number for each code, as the generator takes them.</param>
    public InfoGanEncodingTransformer AsEncoder(string imageColumnName = "Image",
        string predictedCategoryColumnName = "PredictedCategory", string predictedCodesColumnName = "PredictedCodes") =>
        new(Host, new SavedEncoder(Network, Options, new EncodingColumns
        {
            Image = imageColumnName, PredictedCategory = predictedCategoryColumnName, PredictedCodes = predictedCodesColumnName,
        }), ShareNetwork());

    /// <summary>What one code does to images (figure 2).</summary>
    /// <param name="code">Number of the code, from 0: categorical ones first.</param>
    /// <param name="samples">Rows: images whose other inputs are drawn once. At least 1.</param>
    /// <param name="steps">Values of a continuous code, evenly from <paramref name="from"/> to <paramref name="to"/>; a categorical one takes all of its values. At least 2.</param>
    /// <param name="from">First value; codes are trained on -1 to 1, and the paper looks at -2 to 2.</param>
    /// <param name="to">Last value.</param>
    /// <param name="seed">Of the rows' other inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code, or too few rows or values are asked for.</exception>
    public CodeTraversal Traverse(int code, int samples = 10, int steps = 10, float from = -1, float to = 1, int seed = 1)
    {
        InfoGanCodes layout = InfoGanCodes.Of(Network);
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(code, layout.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        float[] values = code < layout.Categories.Count
            ? [.. Enumerable.Range(0, layout.Categories[code]).Select(category => (float)category)]
            : [.. Enumerable.Range(0, steps).Select(step => from + (to - from) * step / (steps - 1))];
        var rows = new List<IReadOnlyList<RgbImage>>();
        for (int row = 0; row < samples; row++)
        {
            long rowSeed = Microsoft.ML.ImageGenerationCatalog.SeedOf(seed, row);
            float[] codes = layout.Draw(new SampleRandom(rowSeed, 1, 0));
            rows.Add(Generate([.. values.Select(value => new GenerationRequest(rowSeed, Codes: [.. codes[..code], value, .. codes[(code + 1)..]]))]));
        }
        return new CodeTraversal(code, values, rows);
    }

    /// <summary>How much of the codes can be read back from the images made from them, over images of random codes.</summary>
    /// <param name="samples">How many images. At least 1.</param>
    /// <param name="seed">The same images for the same number.</param>
    public InformationBound MutualInformation(int samples = 1000, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        InfoGanCodes layout = InfoGanCodes.Of(Network);
        double categorical = 0, continuous = 0;
        foreach (GenerationRequest[] batch in Enumerable.Range(0, samples).Select(Request).Chunk(BatchSize))
        {
            (double ofCategories, double ofValues) = Infer((weights, device) => Information(weights, batch, device));
            categorical += ofCategories * batch.Length;
            continuous += ofValues * batch.Length;
        }
        return new InformationBound(categorical / samples, layout.CategoricalEntropy, continuous / samples);

        GenerationRequest Request(int i)
        {
            long rowSeed = Microsoft.ML.ImageGenerationCatalog.SeedOf(seed, i);
            return new GenerationRequest(rowSeed, Codes: layout.Draw(new SampleRandom(rowSeed, 1, 0)));
        }
    }

    private protected override string? Fault(GenerationRequest request) => request.Codes is null ? null : InfoGanCodes.Of(Network).Fault(request.Codes);

    private protected override IReadOnlyList<RgbImage> Draw(InfoGanNetwork network, IReadOnlyList<GenerationRequest> requests, Device device) =>
        SymmetricImages.ToImages(network.call(Placed.On(device, InfoGanInputs.Of(Network, requests))));

    private (double Categorical, double Continuous) Information(InfoGanNetwork network, IReadOnlyList<GenerationRequest> requests, Device device)
    {
        InfoGanCodes layout = InfoGanCodes.Of(Network);
        Tensor inputs_NI = Placed.On(device, InfoGanInputs.Of(Network, requests));
        Tensor codes_NP = network.Discriminator.call(network.call(inputs_NI));
        var inputs = new InfoGanInputs(inputs_NI,
            Placed.On(device, tensor([.. requests.SelectMany(request => request.Codes!.Take(layout.Categories.Count).Select(category => (long)category))],
                [requests.Count, layout.Categories.Count])),
            inputs_NI.narrow(1, Network.NoiseSize + layout.CategorySize, layout.Continuous));
        return (InfoGanLoss.CategoricalInformation(Network, codes_NP, inputs)?.item<float>() ?? 0,
            InfoGanLoss.ContinuousInformation(Network, codes_NP, inputs)?.item<float>() ?? 0);
    }
}
