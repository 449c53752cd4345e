using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;

namespace MLNetDeepExtensions.Bridge;

/// <summary>
/// Layout of a model inside ML.NET's zip: <c>Model.key</c> (ML.NET's header, then name, format number, and length and SHA-256 of the
/// other two entries, since ML.NET checks no checksum), <c>Options.json</c>, and <c>Weights.safetensors</c>, stored uncompressed.
/// </summary>
internal static class ModelZipFormat
{
    /// <summary>Raised when older libraries could misread what is written; every earlier number stays readable.</summary>
    public const int Current = 1;

    public const string OptionsEntry = "Options.json";
    public const string WeightsEntry = "Weights.safetensors";
    public const int HashLength = 32;

    /// <summary>Options are small; a longer entry is not ours.</summary>
    public const long LongestOptions = 16 << 20;

    /// <summary>The JSON header of a safetensors file takes well below this for so many tensors.</summary>
    public static long LongestWeightsHeader(int tensors) => 4096 + 512L * tensors;

    /// <summary>An unknown field is an error: it may change the meaning of the others. A missing one takes its default.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
        RespectNullableAnnotations = true,
    };

    public static VersionInfo Version => new(
        modelSignature: "MLNDEEPX",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(ModelZipFormat).Assembly.FullName!,
        loaderSignature: SavableTransformer.LoaderSignature);
}

/// <summary>What <c>Options.json</c> holds around a transformer's own description.</summary>
internal sealed record SavedOptions<T>(string Model, int Format, string LibraryVersion, string TorchSharpVersion, T Description);

/// <summary>Length and SHA-256 of an entry.</summary>
internal readonly record struct EntrySeal(long Length, byte[] Hash);
