using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A translation network here and in PyTorch's eager mode: updates of 64 sentences, decoding of 1 and of 32.</summary>
/// <param name="script">The peer's, which answers to train, greedy and beam.</param>
/// <param name="create">The library's side for so many sentences.</param>
internal sealed class TranslationContests<TNetwork>(string script, Func<int, Precision, TranslationSubject<TNetwork>> create)
    where TNetwork : Module, ITranslationNetwork
{
    private const int Rounds = 5;

    public void Run(Report report, Precision precision)
    {
        using (TranslationSubject<TNetwork> subject = create(64, precision))
        using (PyTorchPeer peer = Peer(64, precision))
            report.Contests(new Contest($"Update of {subject.Sentences} sentences, {precision}; peer: {peer.Description}",
                Contest.Timed(subject.Train), () => peer.Do("train"), subject.Tokens, 1.0, Rounds));
        foreach (int sentences in new[] { 1, 32 })
        {
            using TranslationSubject<TNetwork> subject = create(sentences, precision);
            using PyTorchPeer peer = Peer(sentences, precision);
            report.Contests(new[] { (Beam: 1, Work: "greedy"), (Beam: 4, Work: "beam") }.Select(search => new Contest(
                $"Beam {search.Beam}, batch of {sentences}, {precision}; peer: {peer.Description}",
                Contest.Timed(() => subject.Decode(search.Beam)), () => peer.Do(search.Work), sentences, 1.5, Rounds)));
        }
    }

    private PyTorchPeer Peer(int sentences, Precision precision) =>
        new(script, "small", $"{precision}".ToLowerInvariant(), $"{sentences}", $"{torch.get_num_threads()}");
}
