using static TorchSharp.torch;

namespace MLNetDeepExtensions.Classification;

/// <summary>A squeeze-and-excitation block of a network.</summary>
/// <param name="Name">"SE_{stage}_{block}" as in the paper's figures; blocks of a stage count from 1.</param>
/// <param name="Channels">How many channels it rescales.</param>
public readonly record struct ExcitationBlock(string Name, int Channels);

/// <summary>The results of one forward pass.</summary>
/// <param name="Logits_NC">[N, classes], Float32.</param>
/// <param name="Excitations_NC">For each of <see cref="SENetNetwork.ExcitationBlocks"/> the factors [N, channels] in 0 to 1, Float32,
/// without gradients.</param>
public readonly record struct SENetOutput(Tensor Logits_NC, IReadOnlyList<Tensor> Excitations_NC);
