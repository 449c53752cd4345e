using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Inference;

/// <summary>
/// A network that several transformers use, such as the two directions of one model or copies with other inference settings. The last one to be
/// disposed disposes the network, after the forward passes that are under way.
/// </summary>
internal sealed class SharedNetwork<TNetwork> : IDisposable where TNetwork : class, IDisposable
{
    private readonly Core core;
    private bool isDisposed;

    public SharedNetwork(TNetwork network) : this(new Core(network))
    {
    }

    private SharedNetwork(Core core)
    {
        this.core = core;
        core.Enter();
    }

    /// <summary>Another owner of the same network.</summary>
    public SharedNetwork<TNetwork> Share() => Use(_ => new SharedNetwork<TNetwork>(core));

    /// <summary>Runs something on the network, which cannot be disposed meanwhile. Any number of threads may do so at once.</summary>
    /// <exception cref="ObjectDisposedException">This owner was disposed.</exception>
    public T Use<T>(Func<TNetwork, T> action)
    {
        lock (core)
        {
            ObjectDisposedException.ThrowIf(isDisposed, typeof(TNetwork));
            core.Enter();
        }
        try
        {
            return action(core.Network);
        }
        finally
        {
            core.Leave();
        }
    }

    /// <summary>Runs a forward pass: no gradients, and every tensor that it makes is disposed.</summary>
    /// <exception cref="ObjectDisposedException">This owner was disposed.</exception>
    public T Infer<T>(Func<TNetwork, T> forward) => Use(network =>
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        return forward(network);
    });

    public void Dispose()
    {
        lock (core)
        {
            if (isDisposed)
                return;
            isDisposed = true;
        }
        core.Leave();
    }

    /// <summary>The network and the number of its owners and of forward passes under way.</summary>
    private sealed class Core(TNetwork network)
    {
        private int users;

        public TNetwork Network => network;

        public void Enter() => Interlocked.Increment(ref users);

        public void Leave()
        {
            if (Interlocked.Decrement(ref users) == 0)
                network.Dispose();
        }
    }
}
