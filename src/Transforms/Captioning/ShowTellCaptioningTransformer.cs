using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Settings;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>
/// A trained Show and Tell captioner, or several that speak together. Adds <c>PredictedCaption</c>, <c>Score</c> (its log-probability in
/// nats), and <c>CandidateCaptions</c> with <c>CandidateScores</c>, best first, which are searched for only where they are read. A row without
/// an image has an empty caption whose score is not a number.
/// </summary>
[SavedModel("ShowTell")]
public sealed class ShowTellCaptioningTransformer : NetworkTransformer<RgbImage?, ImageCaptions>
{
    private readonly SavedCaptioner description;
    private readonly ITextTokeniser tokeniser;
    private readonly Shared<TrainedNetwork<ShowTellEnsemble>> network;

    internal ShowTellCaptioningTransformer(IHostEnvironment env, ShowTellEnsemble trained, CaptioningOptions options, CaptioningColumns columns,
        ITextTokeniser tokeniser, Device device)
        : this(env, new SavedCaptioner([.. trained.Members.Select(member => member.Options)], options, columns, tokeniser.Save()), tokeniser, trained, device)
    {
    }

    /// <summary>Loads a saved model.</summary>
    private ShowTellCaptioningTransformer(IHostEnvironment env, ModelZipReader zip)
        : this(env, zip, zip.ReadOptions<SavedCaptioner>(saved => saved.Faults()))
    {
    }

    private ShowTellCaptioningTransformer(IHostEnvironment env, ModelZipReader zip, SavedCaptioner description)
        : this(env, description, description.CreateTokeniser(), zip.ReadNetwork(() => ShowTellEnsemble.Create(description.Networks)),
            DeviceChoice.ForLoading(env))
    {
    }

    private ShowTellCaptioningTransformer(
        IHostEnvironment env, SavedCaptioner description, ITextTokeniser tokeniser, ShowTellEnsemble trained, Device device)
        : this(env, description, tokeniser, new Shared<TrainedNetwork<ShowTellEnsemble>>(
            new TrainedNetwork<ShowTellEnsemble>(trained, device, () => ShowTellEnsemble.Create(description.Networks))))
    {
    }

    private ShowTellCaptioningTransformer(
        IHostEnvironment env, SavedCaptioner description, ITextTokeniser tokeniser, Shared<TrainedNetwork<ShowTellEnsemble>> network) : base(env) =>
        (this.description, this.tokeniser, this.network) = (description, tokeniser, network);

    /// <summary>What the networks are; one, unless this is an ensemble.</summary>
    public IReadOnlyList<ShowTellNetworkOptions> Networks => description.Networks;

    /// <summary>How the model predicts. <see cref="With"/> gives a copy that predicts otherwise.</summary>
    public CaptioningOptions Options => description.Inference;

    /// <summary>The vocabulary, and how text is cut.</summary>
    public ITextTokeniser Tokeniser => tokeniser;

    /// <summary>Numbers that were learnt.</summary>
    public long ParameterCount => network.Use(weights => weights.Trained.parameters().Sum(parameter => parameter.numel()));

    private protected override int BatchSize => Options.BatchSize;

    private protected override IReadOnlyList<ResultColumn<ImageCaptions>> Results => description.Columns.Deliver();

    /// <summary>The same model, sharing its weights, with other inference settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public ShowTellCaptioningTransformer With(CaptioningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Faults().ThrowIfAny(nameof(CaptioningOptions), nameof(options));
        return new ShowTellCaptioningTransformer(Host, description with { Inference = options }, tokeniser, network.Share()) { History = History };
    }

    /// <summary>
    /// This model and others as one that averages their probabilities of each next word (Vinyals et al., section 4.3.1). It has weights of its
    /// own, is saved as a whole, and keeps this model's settings; the others may be of other networks, but of the same vocabulary: train
    /// them on the same captions, with other seeds.
    /// </summary>
    /// <exception cref="ArgumentException">There is no other, or one has another vocabulary.</exception>
    public ShowTellCaptioningTransformer EnsembleWith(params IReadOnlyList<ShowTellCaptioningTransformer> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Count == 0)
            throw new ArgumentException("Expected at least one other model.", nameof(others));
        for (int i = 0; i < others.Count; i++)
            if (!others[i].description.HasTokeniserOf(description))
                throw new ArgumentException($"Model {i} has another vocabulary: an ensemble averages probabilities word by word.", nameof(others));
        ShowTellCaptioningTransformer[] models = [this, .. others];
        SavedCaptioner together = description with { Networks = [.. models.SelectMany(model => model.Networks)] };
        ShowTellNetwork[] members = [.. models.SelectMany(model => model.network.Use(weights => weights.Trained.Members.Select(Copy).ToArray()))];
        return new ShowTellCaptioningTransformer(Host, together, tokeniser, new ShowTellEnsemble(members), network.Use(weights => weights.Device));
    }

    /// <summary>Orders given captions by how likely they are for an image, log p(S|I): the paper's ranking (section 4.3.5). Words that the
    /// vocabulary lacks count as the unknown word.</summary>
    /// <param name="image">The image.</param>
    /// <param name="captions">At least one, of any length.</param>
    /// <returns>All captions, the likeliest first.</returns>
    public IReadOnlyList<ScoredCaption> RankCaptions(MLImage image, IReadOnlyList<string> captions)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(captions);
        if (captions.Count == 0)
            throw new ArgumentException("Expected at least one caption.", nameof(captions));
        float[] scores = network.Infer(weights =>
        {
            ShowTellPrediction prediction = Prediction(weights);
            ShowTellEnsemble prepared = weights.For(Options.Precision);
            IReadOnlyList<Tensor> image_1E = prediction.Project(prepared, [image.ToRgbImage()]);
            return captions.Chunk(Options.BatchSize).SelectMany(some => prediction.LogProbabilities(prepared, image_1E, [some])).ToArray();
        });
        return [.. captions.Zip(scores, (text, score) => new ScoredCaption(text, score)).OrderByDescending(caption => caption.LogProbability)];
    }

    /// <summary>Writes the weights as safetensors, for other programs.</summary>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public void SaveWeights(string path) => network.Use(weights => weights.Trained.SaveWeights(path));

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    /// <summary>Runs something on the networks as they were trained.</summary>
    internal T UseNetworks<T>(Func<ShowTellEnsemble, T> action) => network.Use(weights => action(weights.Trained));

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(description);
        network.SaveTo(zip);
    }

    private protected override RowReader<RgbImage?> ReaderFor(DataViewSchema schema) => ImageColumn.Reader(Host, schema, description.Columns.Image);

    private protected override IReadOnlyList<ImageCaptions> Run(IReadOnlyList<RgbImage?> inputs)
    {
        RgbImage[] images = [.. inputs.OfType<RgbImage>()];
        var described = new Queue<ImageCaptions>(images.Length > 0 ? Describe(images) : []);
        return [.. inputs.Select(image => image is null ? ImageCaptions.None : described.Dequeue())];
    }

    /// <summary>Encodes the images; what the LSTM says of them is asked for later.</summary>
    private IEnumerable<ImageCaptions> Describe(RgbImage[] images)
    {
        float[][] vectors = network.Infer(weights => Prediction(weights).Project(weights.For(Options.Precision), images)
            .Select(images_NE => images_NE.cpu().contiguous().data<float>().ToArray()).ToArray());
        var search = new CaptionSearch(count => network.Infer(weights => Prediction(weights).Search(
            weights.For(Options.Precision), [.. vectors.Select(values => OnDevice(values, images.Length, weights.Device))], count)), Options.Candidates);
        return images.Select((_, i) => new ImageCaptions(search, i));
    }

    private ShowTellPrediction Prediction(TrainedNetwork<ShowTellEnsemble> weights) => new(Options, tokeniser, weights.Device);

    // A copy: sums over managed memory may differ in their last bits with its alignment.
    private static Tensor OnDevice(float[] values, int rows, Device device) => Placed.On(device, tensor(values, [rows, values.Length / rows]).clone());

    private static ShowTellNetwork Copy(ShowTellNetwork source)
    {
        using var random = new GlobalRandomState();
        using DisposeScope scope = NewDisposeScope();
        var copy = new ShowTellNetwork(source.Options);
        copy.load_state_dict(source.state_dict());
        return copy;
    }
}

/// <summary>What is saved of a captioner besides its weights.</summary>
internal sealed record SavedCaptioner(
    IReadOnlyList<ShowTellNetworkOptions> Networks, CaptioningOptions Inference, CaptioningColumns Columns, SavedTokeniser Tokeniser)
{
    public IEnumerable<string> Faults()
    {
        string[] faults = [.. Networks.SelectMany(network => network.Faults()), .. Inference.Faults(), .. Tokeniser.Faults()];
        if (Networks.Count == 0)
            return [.. faults, "Networks: expected at least one."];
        if (faults.Length > 0)
            return faults;
        int words = CreateTokeniser().Count;
        return Networks.Where(network => network.VocabularySize != words)
            .Select(network => $"VocabularySize: expected {words}, the tokens of the tokeniser, got {network.VocabularySize}.");
    }

    public ITextTokeniser CreateTokeniser() => Tokeniser.Create();

    public bool HasTokeniserOf(SavedCaptioner other) => System.Text.Json.JsonSerializer.Serialize(Tokeniser, ModelZipFormat.Json)
        == System.Text.Json.JsonSerializer.Serialize(other.Tokeniser, ModelZipFormat.Json);
}
