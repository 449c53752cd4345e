using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backbones;

/// <summary>One map among the results of a <see cref="Backbone"/>.</summary>
/// <param name="Channels">Features per cell.</param>
/// <param name="Stride">Pixels of the input between two neighbouring cells.</param>
public readonly record struct FeatureMap(int Channels, int Stride);

/// <summary>A network that turns images [N, 3, H, W] into feature maps [N, C, h, w], finest first.</summary>
public abstract class Backbone(string name) : nn.Module<Tensor, IReadOnlyList<Tensor>>(name)
{
    private int frozen;

    /// <summary>Channels and strides of the maps that a call returns, in the same order.</summary>
    public abstract IReadOnlyList<FeatureMap> Maps { get; }

    /// <summary>The modules of each stage, from the image on; what stands before the first stage belongs to it.</summary>
    public abstract IReadOnlyList<IReadOnlyList<nn.Module>> Stages { get; }

    /// <summary>
    /// Keeps the first stages as they are and lets the others learn: frozen parameters get no gradient, and frozen batch normalisation
    /// uses and keeps its stored statistics even while the network trains.
    /// </summary>
    /// <param name="stages">0 to the number of <see cref="Stages"/>; 0 freezes nothing.</param>
    public void Freeze(int stages)
    {
        if (stages < 0 || stages > Stages.Count)
            throw new ArgumentOutOfRangeException(nameof(stages), stages, $"Expected 0 to {Stages.Count}, the stages of {GetName()}.");
        frozen = stages;
        for (int stage = 0; stage < Stages.Count; stage++)
            foreach (var parameter in Stages[stage].SelectMany(module => module.parameters()))
                parameter.requires_grad = stage >= stages;
        train(training);
    }

    /// <summary>Training or evaluation mode for all but frozen stages, which stay in evaluation mode.</summary>
    public override void train(bool train = true)
    {
        base.train(train);
        if (frozen == 0)
            return;
        foreach (var module in Stages.Take(frozen).SelectMany(stage => stage))
            module.eval();
    }
}
