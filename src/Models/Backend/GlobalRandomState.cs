using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backend;

/// <summary>
/// Remembers TorchSharp's global generator, which initial weights and dropout draw from, and its thread count: both belong to the user and are
/// given back on dispose.
/// </summary>
internal sealed class GlobalRandomState : IDisposable
{
    private readonly Tensor saved = random.get_rng_state().DetachFromDisposeScope();
    private readonly int threads = get_num_threads();

    public GlobalRandomState()
    {
    }

    public GlobalRandomState(long seed) => random.manual_seed(seed);

    public void Dispose()
    {
        random.set_rng_state(saved);
        saved.Dispose();
        set_num_threads(threads);
    }
}
