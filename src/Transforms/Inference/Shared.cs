using MLNetDeepExtensions.Backend;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Inference;

/// <summary>
/// Something native, above all a network, that several transformers use, such as the two directions of one model or copies with other inference
/// settings. The last one to be disposed disposes it, after the forward passes that are under way.
/// </summary>
internal sealed class Shared<TResource> : IDisposable where TResource : class, IDisposable
{
    private readonly Core core;
    private bool isDisposed;

    public Shared(TResource resource) : this(new Core(resource))
    {
    }

    private Shared(Core core)
    {
        this.core = core;
        core.Enter();
    }

    /// <summary>Another owner of the same thing.</summary>
    public Shared<TResource> Share() => Use(_ => new Shared<TResource>(core));

    /// <summary>Runs something on it, which cannot be disposed meanwhile. Any number of threads may do so at once.</summary>
    /// <exception cref="ObjectDisposedException">This owner was disposed.</exception>
    public T Use<T>(Func<TResource, T> action)
    {
        lock (core)
        {
            ObjectDisposedException.ThrowIf(isDisposed, typeof(TResource));
            core.Enter();
        }
        try
        {
            return action(core.Resource);
        }
        finally
        {
            core.Leave();
        }
    }

    /// <inheritdoc cref="Use{T}(Func{TResource, T})"/>
    public void Use(Action<TResource> action) => Use(resource =>
    {
        action(resource);
        return true;
    });

    /// <summary>Runs a forward pass: no gradients, and every tensor that it makes is disposed.</summary>
    /// <exception cref="ObjectDisposedException">This owner was disposed.</exception>
    public T Infer<T>(Func<TResource, T> forward) => Use(resource =>
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        return forward(resource);
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

    /// <summary>The thing and the number of its owners and of forward passes under way.</summary>
    private sealed class Core(TResource resource)
    {
        private int users;

        public TResource Resource => resource;

        public void Enter() => Interlocked.Increment(ref users);

        public void Leave()
        {
            if (Interlocked.Decrement(ref users) > 0)
                return;
            resource.Dispose();
            NativeHeap.GiveBack();
        }
    }
}
