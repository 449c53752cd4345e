namespace MLNetDeepExtensions.Weights;

/// <summary>Weights do not fit a module; the module is unchanged.</summary>
public sealed class WeightsMismatchException : Exception
{
    /// <param name="source">Name of the weights.</param>
    /// <param name="module">Name of the module.</param>
    /// <param name="report">What does not fit and was not allowed.</param>
    public WeightsMismatchException(string source, string module, KeyReport report)
        : base($"{source} does not fit {module}; nothing was loaded.\n{report}") => Report = report;

    /// <summary>What does not fit and was not allowed.</summary>
    public KeyReport Report { get; }
}
