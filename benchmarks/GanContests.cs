using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.ImageGeneration;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>Networks that play against each other here and in PyTorch's eager mode, in both number formats: updates, and generation.</summary>
/// <param name="script">The peer's, which answers to train and infer.</param>
/// <param name="network">The peer's first argument.</param>
/// <param name="batch">Images of an update, and of a generation.</param>
/// <param name="create">The library's side.</param>
internal sealed class GanContests(string script, string network, int batch, Func<Precision, StepSubject<GenerationBatch>> create)
{
    private const int Rounds = 5, Generations = 10;

    public void Run(Report report)
    {
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            using StepSubject<GenerationBatch> subject = create(precision);
            using var peer = new PyTorchPeer(script, network, $"{precision}".ToLowerInvariant(), $"{batch}", $"{get_num_threads()}");
            report.Contests(
                new Contest($"Update, {precision}, {subject.Parameters} parameters; peer: {peer.Description}",
                    Contest.Timed(subject.Train), () => peer.Do("train"), batch, 1.0, Rounds),
                new Contest($"{Generations} generations, {precision}; peer: {peer.Description}",
                    Contest.Repeated(Generations, Contest.Timed(subject.Infer)), Contest.Repeated(Generations, () => peer.Do("infer")), Generations * batch, 1.3, Rounds));
        }
    }
}
