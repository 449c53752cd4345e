using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>
/// Show and Tell, the neural image caption generator (Vinyals, Toshev, Bengio, Erhan: CVPR 2015, arXiv 1411.4555): a convolutional network
/// makes one vector of an image, which an LSTM reads once, before the first word; then the LSTM predicts word after word.
/// </summary>
/// <remarks>
/// Follows section 3 with im2txt's choices where the paper is silent: the image vector is a linear projection without bias, the layer before
/// the softmax has a bias, and weights are uniform in [-0.08, 0.08] at first. State names: "encoder." and the names of public weights,
/// "projection", "embedding", "lstm.input", "lstm.recurrent", "output".
/// </remarks>
public sealed class ShowTellNetwork : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Backbone encoder;
    private readonly Linear projection, output;
    private readonly TokenEmbedding embedding;
    private readonly LstmLayer lstm;
    private readonly Dropout dropout;

    /// <summary>Draws first weights from the global random state.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all.</exception>
    public ShowTellNetwork(ShowTellNetworkOptions options) : base(nameof(ShowTellNetwork))
    {
        string[] faults = [.. options.Faults(), .. options.VocabularySize == 0 ? ["VocabularySize: expected at least 1, got 0."] : (string[])[]];
        if (faults.Length > 0)
            throw new ArgumentException($"{nameof(ShowTellNetworkOptions)} is not valid:\n  {string.Join("\n  ", faults)}");
        Options = options;
        using var scope = NewDisposeScope();
        encoder = options.Encoder.Features();
        projection = UniformInitialisation.Linear(encoder.Maps[^1].Channels, options.EmbeddingSize, hasBias: false);
        embedding = new TokenEmbedding(options.VocabularySize, options.EmbeddingSize, UniformInitialisation.Fill);
        lstm = new LstmLayer(options.EmbeddingSize, options.HiddenSize, options.Lstm);
        output = UniformInitialisation.Linear(options.HiddenSize, options.VocabularySize, hasBias: true);
        dropout = nn.Dropout(options.Dropout);
        RegisterComponents();
    }

    /// <summary>What the network was made from.</summary>
    public ShowTellNetworkOptions Options { get; }

    /// <summary>Keeps the encoder as it is, its batch normalisation in evaluation mode even while the rest trains; or lets it learn
    /// again.</summary>
    public void FreezeEncoder(bool frozen) => encoder.Freeze(frozen ? encoder.Stages.Count : 0);

    /// <summary>Scores before softmax [N, T, V] of the word after each word, Float32, for one caption an image.</summary>
    /// <param name="images_N3HW">Red, green, blue in 0 to 1; both sides are the encoder's <c>ImageSize</c>.</param>
    /// <param name="words_NT">Int64, from the start token on.</param>
    public override Tensor forward(Tensor images_N3HW, Tensor words_NT)
    {
        using var scope = NewDisposeScope();
        return Logits(States(Project(Features(images_N3HW)), words_NT)).MoveToOuterDisposeScope();
    }

    /// <summary>What the encoder says of images [N, C], Float32: its last map, averaged over space.</summary>
    /// <param name="images_N3HW">As for a call.</param>
    public Tensor Features(Tensor images_N3HW)
    {
        SENetNetworkOptions seen = Options.Encoder;
        if (images_N3HW.shape is not [_, 3, var height, var width] || height != seen.ImageSize || width != seen.ImageSize)
            throw new ArgumentException(
                $"images_N3HW: expected [N, 3, {seen.ImageSize}, {seen.ImageSize}], got [{string.Join(", ", images_N3HW.shape)}].");
        using var scope = NewDisposeScope();
        Tensor pixels_N3HW = InputNormalisation.Of(
            images_N3HW, seen.Mean ?? seen.Architecture.Mean(), seen.Deviation ?? seen.Architecture.Deviation());
        Tensor map_NCHW = encoder.call(pixels_N3HW.to(projection.weight.dtype))[^1];
        return map_NCHW.mean([2, 3], type: ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The LSTM's first input [N, E], Float32: the image as if it were a word (equation 10).</summary>
    /// <param name="features_NC">Of <see cref="Features"/>.</param>
    public Tensor Project(Tensor features_NC)
    {
        using var scope = NewDisposeScope();
        return projection.call(features_NC.to(projection.weight.dtype)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The LSTM's outputs [P, T, H] after each word. That after the image, at step -1, is left out: nothing is predicted
    /// there.</summary>
    /// <param name="image_PE">Of <see cref="Project"/>, a row for each caption.</param>
    /// <param name="words_PT">Int64, from the start token on.</param>
    internal Tensor States(Tensor image_PE, Tensor words_PT)
    {
        using var scope = NewDisposeScope();
        Tensor inputs_SPE = cat([image_PE.unsqueeze(0), embedding.call(words_PT.t()).to(ScalarType.Float32)], 0);
        Tensor outputs_SPH = lstm.Unroll(dropout.call(inputs_SPE));
        Tensor spoken_TPH = outputs_SPH.narrow(0, 1, words_PT.shape[1]);
        return dropout.call(spoken_TPH).transpose(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of all words before softmax [..., V], Float32.</summary>
    /// <param name="states">Of <see cref="States"/>, any of them.</param>
    internal Tensor Logits(Tensor states)
    {
        using var scope = NewDisposeScope();
        return output.call(states.to(output.weight.dtype)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The memory after the image, at step -1.</summary>
    /// <param name="image_RE">Of <see cref="Project"/>.</param>
    internal LstmState Begin(Tensor image_RE) => lstm.Step(image_RE, before: null);

    /// <summary>Reads a word for each row.</summary>
    internal LstmState Read(Tensor words_R, LstmState before) => lstm.Step(embedding.call(words_R), before);
}
