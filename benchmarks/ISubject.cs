namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A network as its trainer trains it and as its transformer runs it, on a batch in memory.</summary>
internal interface ISubject : IDisposable
{
    /// <summary>One update: forward, loss, backward, optimiser.</summary>
    void Train();

    /// <summary>Pixels to the network's outputs.</summary>
    void Infer();
}
