namespace MLNetDeepExtensions.Backend;

/// <summary>The native libraries behind TorchSharp cannot be loaded; the message says what is missing and how to add it.</summary>
public sealed class TorchBackendException : Exception
{
    /// <param name="message">What was found, what is needed, what to do.</param>
    /// <param name="inner">The fault of the loader.</param>
    public TorchBackendException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
