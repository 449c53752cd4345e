using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>Show and Tell here and in PyTorch's eager mode: an update, and captions of images by both kinds of search.</summary>
internal sealed class Captioning : IBenchmark
{
    private const int Images = 8, CaptionsEach = 5, WordsEach = 12, Words = 10_000, Length = 20, Beam = 3;

    public string Question => $"Show and Tell with ResNet-18 and {Words} words, {Images} images of 224 pixels with {CaptionsEach} captions of {WordsEach} words: an update, and "
        + $"captions of {Length} words from pixels, against PyTorch's eager mode with the same state kept from word to word; items are images.";

    public void Run(Report report)
    {
        foreach (ShowTellLstm lstm in Enum.GetValues<ShowTellLstm>())
        {
            using var subject = new Captioner(lstm);
            using var peer = new PyTorchPeer("show_tell.py", $"{lstm}".ToLowerInvariant(), "float32", $"{Images}", $"{get_num_threads()}");
            report.Contests(
                new Contest($"Update, LSTM of {lstm}; peer: {peer.Description}", Contest.Timed(subject.Train), () => peer.Do("train"), Images, 1.0, Rounds: 3),
                new Contest($"Greedy captions, LSTM of {lstm}", Contest.Timed(() => subject.Describe(1)), () => peer.Do("greedy"), Images, 1.5),
                new Contest($"Captions by a beam of {Beam}, LSTM of {lstm}", Contest.Timed(() => subject.Describe(Beam)), () => peer.Do("beam"), Images, 1.5));
        }
    }

    private sealed class Captioner : IDisposable
    {
        private readonly NetworkSubject<ShowTellNetwork, CaptioningBatch> training;
        private readonly ShowTellNetwork inference;
        private readonly Tensor images_N3HW = rand(Images, 3, 224, 224);

        public Captioner(ShowTellLstm lstm)
        {
            random.manual_seed(1);
            var options = new ShowTellNetworkOptions
            {
                Encoder = new() { Architecture = SENetArchitecture.ResNet18, SqueezeExcitation = null }, VocabularySize = Words, Lstm = lstm,
            };
            int[] caption = [.. Enumerable.Range(100, WordsEach - 1), SpecialTokens.First.End];
            var batch = new CaptioningBatch([], images_N3HW.alias(),
                CaptionTokens.Of(Enumerable.Repeat(Enumerable.Repeat(caption, CaptionsEach).ToArray(), Images), SpecialTokens.First, CPU));
            training = new(() => new ShowTellNetwork(options), Terms, (_, _) => { }, batch, Precision.Float32);
            inference = new ShowTellNetwork(options);
            InferencePreparation.Prepare(inference);
        }

        public void Train() => training.Train();

        public void Describe(int beam)
        {
            using IDisposable mode = inference_mode();
            using DisposeScope scope = NewDisposeScope();
            using var decoder = new ShowTellDecoder(inference, inference.Project(inference.Features(images_N3HW)));
            var search = new BeamSearch(new CaptioningOptions { BeamSize = beam, MaximumLength = Length }.Search(1), SpecialTokens.First);
            _ = search.Run(decoder, new int[Images]);
        }

        public void Dispose()
        {
            training.Dispose();
            inference.Dispose();
            images_N3HW.Dispose();
        }

        private static IReadOnlyList<LossTensor> Terms(ShowTellNetwork network, CaptioningBatch batch) =>
            [new LossTensor("crossEntropy", ShowTellLoss.Of(network, network.Project(network.Features(batch.Images_N3HW!)), batch.Captions))];
    }
}
