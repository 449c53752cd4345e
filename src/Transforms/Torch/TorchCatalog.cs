using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The entry to modules of your own: <c>mlContext.Torch</c>.</summary>
public sealed class TorchCatalog
{
    internal TorchCatalog(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}

/// <summary>Adds <see cref="TorchCatalog"/> to the MLContext.</summary>
public static class TorchMLContextExtensions
{
    extension(MLContext mlContext)
    {
        /// <summary>TorchSharp modules of your own in ML.NET pipelines.</summary>
        public TorchCatalog Torch => new(mlContext);
    }
}
