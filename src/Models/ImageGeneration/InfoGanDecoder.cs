using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The posterior of the codes as users see it: for each code one number, the likeliest category or the mean.</summary>
internal static class InfoGanDecoder
{
    /// <param name="options">Of the network.</param>
    /// <param name="codes_NP">What <see cref="InfoGanDiscriminator.Codes"/> gives.</param>
    public static IReadOnlyList<float[]> Decode(InfoGanNetworkOptions options, Tensor codes_NP)
    {
        InfoGanCodes layout = InfoGanCodes.Of(options);
        Tensor[] categories_N1 = [.. InfoGanLoss.Logits(layout, codes_NP).Select(logits_NV => logits_NV.argmax(1, keepdim: true).to(ScalarType.Float32))];
        Tensor values_NC = cat([.. categories_N1, InfoGanLoss.Means(layout, codes_NP)], dim: 1).cpu().contiguous();
        return [.. MemoryMarshal.Cast<byte, float>(values_NC.bytes).ToArray().Chunk(layout.Count)];
    }
}
