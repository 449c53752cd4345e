using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>How many bits a model needs to tell a byte of an image: 8 if it knows nothing.</summary>
public static class BitsPerDimension
{
    /// <summary>Bits per byte, [N]; a loss, too.</summary>
    /// <param name="logProbability_N">In nats, of whole images.</param>
    /// <param name="bytes">Of an image: its pixels times their channels.</param>
    public static Tensor Of(Tensor logProbability_N, int bytes) => logProbability_N / (-bytes * Math.Log(2));
}
