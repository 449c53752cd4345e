using System.Runtime.InteropServices;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What generators take: noise, then codes.</summary>
/// <param name="Inputs_NI">Float32: normal noise, one-hot categories, continuous codes.</param>
/// <param name="Categories_NK">Int64: a category for each categorical code.</param>
/// <param name="Continuous_NC">Float32: a value for each continuous code.</param>
internal sealed record InfoGanInputs(Tensor Inputs_NI, Tensor Categories_NK, Tensor Continuous_NC)
{
    /// <summary>Fresh noise and codes from the global generator (of the device).</summary>
    public static InfoGanInputs Random(InfoGanNetworkOptions options, int count, Device device)
    {
        Tensor noise_NZ = randn([count, options.NoiseSize], device: device);
        Tensor[] categories = [.. options.CategoricalCodes.Select(values => randint(values, [count], device: device))];
        Tensor continuous_NC = rand([count, options.ContinuousCodes], device: device) * 2 - 1;
        Tensor inputs_NI = cat(
            [noise_NZ, .. categories.Zip(options.CategoricalCodes, (category_N, values) => nn.functional.one_hot(category_N, values).to(ScalarType.Float32)), continuous_NC],
            dim: 1);
        return new InfoGanInputs(inputs_NI, categories.Length > 0 ? stack(categories, dim: 1) : empty([count, 0], ScalarType.Int64, device), continuous_NC);
    }

    /// <summary>What requests ask for; noise first, then the codes that a request does not have, by its own random numbers.</summary>
    public static Tensor Of(InfoGanNetworkOptions options, IReadOnlyList<GenerationRequest> requests)
    {
        InfoGanCodes codes = InfoGanCodes.Of(options);
        int size = options.NoiseSize + codes.Size;
        Tensor inputs_NI = empty([requests.Count, size]);
        for (int i = 0; i < requests.Count; i++)
        {
            Span<float> row = MemoryMarshal.Cast<byte, float>(inputs_NI.bytes).Slice(i * size, size);
            SampleRandom random = requests[i].Random();
            for (int z = 0; z < options.NoiseSize; z++)
                row[z] = (float)random.NextNormal();
            codes.Encode(requests[i].Codes ?? codes.Draw(random), row[options.NoiseSize..]);
        }
        return inputs_NI;
    }
}
