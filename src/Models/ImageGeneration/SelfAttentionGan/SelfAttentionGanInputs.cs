using System.Runtime.InteropServices;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>What the generator takes.</summary>
/// <param name="Noise_NZ">Float32, normal.</param>
/// <param name="Classes_N">Int64, from 0; null for a network without classes.</param>
internal sealed record SelfAttentionGanInputs(Tensor Noise_NZ, Tensor? Classes_N)
{
    /// <summary>Fresh noise and classes, all equally likely, from the global generator (of the device).</summary>
    public static SelfAttentionGanInputs Random(SelfAttentionGanNetworkOptions options, int count, Device device) => new(
        randn([count, options.NoiseSize], device: device), options.Classes > 0 ? randint(options.Classes, [count], ScalarType.Int64, device) : null);

    /// <summary>What requests ask for; noise first, then the class of a request that has none, by its own random numbers.</summary>
    public static SelfAttentionGanInputs Of(SelfAttentionGanNetworkOptions options, IReadOnlyList<GenerationRequest> requests)
    {
        Tensor noise_NZ = empty([requests.Count, options.NoiseSize]);
        long[] classes = new long[requests.Count];
        for (int i = 0; i < requests.Count; i++)
        {
            SampleRandom random = requests[i].Random();
            foreach (ref float value in MemoryMarshal.Cast<byte, float>(noise_NZ.bytes).Slice(i * options.NoiseSize, options.NoiseSize))
                value = (float)random.NextNormal();
            classes[i] = options.Classes > 0 ? requests[i].Class ?? random.Below(options.Classes) : 0;
        }
        return new SelfAttentionGanInputs(noise_NZ, options.Classes > 0 ? tensor(classes) : null);
    }

    /// <summary>The same on a device.</summary>
    public SelfAttentionGanInputs On(Device device) => new(Placed.On(device, Noise_NZ), Classes_N is null ? null : Placed.On(device, Classes_N));
}
