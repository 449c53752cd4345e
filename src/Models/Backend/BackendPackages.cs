namespace MLNetDeepExtensions.Backend;

/// <summary>The packages that carry the native libraries of a platform.</summary>
/// <param name="Processor">Package for computing on the processor.</param>
/// <param name="Gpu">Package for NVIDIA GPUs, null where there is none.</param>
internal sealed record BackendPackages(string Processor, string? Gpu)
{
    internal const string TorchSharpVersion = "0.107.0";
    internal const string LibtorchVersion = "2.10.0";

    static readonly Dictionary<string, BackendPackages> ByPlatform = new()
    {
        ["linux-x64"] = new("libtorch-cpu-linux-x64", "TorchSharp-cuda-linux"),
        ["win-x64"] = new("libtorch-cpu-win-x64", "TorchSharp-cuda-windows"),
        ["osx-arm64"] = new("libtorch-cpu-osx-arm64", null),
    };

    internal static IEnumerable<string> Platforms => ByPlatform.Keys;

    internal static BackendPackages? For(string platform) => ByPlatform.GetValueOrDefault(platform);

    /// <summary>Both packages with their versions, as in a sentence.</summary>
    public override string ToString() =>
        $"{Processor} {LibtorchVersion}" + (Gpu is null ? "" : $", or for an NVIDIA GPU {Gpu} {TorchSharpVersion},");
}
