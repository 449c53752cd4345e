using System.Text.Json.Serialization;

namespace MLNetDeepExtensions.Training;

/// <summary>What every trainer of a network that makes images can be told about training. Immutable; use <c>with</c> for variations.</summary>
public abstract record ImageMakingOptions : TrainingOptions
{
    /// <summary>Pictures of what the network makes, drawn during training with the weights that the final model would have; null for none.</summary>
    [JsonIgnore]
    public SampleGrids? Samples { get; init; }

    internal override IEnumerable<string> Faults() => base.Faults().Concat(Samples?.Faults().Select(fault => $"{nameof(Samples)}.{fault}") ?? []);
}
