using Microsoft.ML;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Training;

/// <summary>Starting from the weights of a fitted transformer.</summary>
internal static class WarmStart
{
    /// <summary>Copies the weights of <see cref="TrainingOptions.InitialModel"/>, if there is one, into the network.</summary>
    /// <exception cref="ArgumentException">The model is of another kind, or its network has other weights.</exception>
    public static void Load<TTransformer>(Module network, TrainingOptions options, Func<TTransformer, Func<Module, bool>, bool> useNetwork)
        where TTransformer : class, ITransformer
    {
        if (options.InitialModel is null)
            return;
        if (options.InitialModel is not TTransformer model)
            throw new ArgumentException(
                $"{nameof(TrainingOptions.InitialModel)}: expected a {typeof(TTransformer).Name}, got a {options.InitialModel.GetType().Name}.");
        useNetwork(model, source => Copy(source.state_dict(), network));
    }

    private static bool Copy(IReadOnlyDictionary<string, Tensor> weights, Module network)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor target) in network.state_dict())
        {
            if (!weights.TryGetValue(name, out Tensor? source) || !source.shape.SequenceEqual(target.shape))
                throw new ArgumentException($"{nameof(TrainingOptions.InitialModel)}: its network does not fit: '{name}' should be [{string.Join(", ", target.shape)}], "
                    + (source is null ? "but is missing." : $"but is [{string.Join(", ", source.shape)}]."));
            target.copy_(source);
        }
        return true;
    }
}
