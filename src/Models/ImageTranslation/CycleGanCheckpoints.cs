using System.Text.RegularExpressions;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>The published weights that a generator can take.</summary>
internal static partial class CycleGanCheckpoints
{
    /// <summary>
    /// Files <c>latest_net_G.pth</c>, <c>latest_net_G_A.pth</c> of pytorch-CycleGAN-and-pix2pix. Some hold statistics of instance normalisation, which the
    /// generators never used; some were saved from a wrapped module.
    /// </summary>
    /// <remarks>A generator with dropout numbers its layers otherwise, and does not fit: the networks of CycleGAN have none.</remarks>
    public static IReadOnlyList<CheckpointLayout> Generators(CycleGanNetworkOptions network) =>
        [.. Prefixes.Select(prefix => Layout(network, prefix))];

    private static readonly string[] Prefixes = ["", "module.", "_orig_mod."];

    private static CheckpointLayout Layout(CycleGanNetworkOptions network, string prefix) => new(
        $"a generator of pytorch-CycleGAN-and-pix2pix with {network.ResidualBlocks} blocks, or saved weights",
        [$"{prefix}model.1.weight", $"{prefix}model.{LastBlock(network)}.conv_block.1.weight", $"{prefix}model.{LastBlock(network) + 8}.weight"],
        name => Statistics().IsMatch(name) ? null : name[Math.Min(prefix.Length, name.Length)..]);

    private static int LastBlock(CycleGanNetworkOptions network) => 9 + network.ResidualBlocks;

    [GeneratedRegex(@"\.(running_mean|running_var|num_batches_tracked)$")]
    private static partial Regex Statistics();
}
