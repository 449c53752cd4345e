using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>Loads published checkpoints, whose kind is recognised by the names of their tensors.</summary>
internal static class PretrainedWeights
{
    private const int MaxListed = 5;

    /// <summary>Copies a file's weights into a network.</summary>
    /// <param name="network">The network; unchanged if an exception is thrown before reading.</param>
    /// <param name="path">A safetensors file or a file written by <c>torch.save</c>.</param>
    /// <param name="layouts">The kinds of checkpoints that the network can take.</param>
    /// <param name="replaceable">True for names in the network that keep their first weights if the file's have another shape.</param>
    /// <exception cref="WeightsFormatException">The file cannot be read, or is of none of the kinds.</exception>
    /// <exception cref="WeightsMismatchException">The file is of a known kind, and its tensors do not fit the network.</exception>
    public static PretrainedReport Load(
        nn.Module network, string path, IReadOnlyList<CheckpointLayout> layouts, Predicate<string>? replaceable = null)
    {
        using IWeightsSource file = WeightsFile.Open(path);
        return Load(network, file, layouts, replaceable);
    }

    /// <summary>Copies weights into a network; see the other overload.</summary>
    public static PretrainedReport Load(
        nn.Module network, IWeightsSource file, IReadOnlyList<CheckpointLayout> layouts, Predicate<string>? replaceable = null)
    {
        CheckpointLayout layout = layouts.FirstOrDefault(layout => layout.Fits(file)) ?? throw Unknown(file, layouts);
        IWeightsSource source = layout.View(file);
        using IDisposable? view = ReferenceEquals(source, file) ? null : source;
        HashSet<string> replaced = replaceable is null ? [] : Misshapen(network, source, layout, replaceable);
        KeyReport report = network.LoadWeights(source,
            name => layout.Rename(name) is { } renamed && !replaced.Contains(renamed) ? renamed : null,
            allowMissing: name => replaced.Contains(name) || layout.MayLack(name),
            allowUnexpected: name => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal));
        return new PretrainedReport(layout.Description, report.Missing);
    }

    private static HashSet<string> Misshapen(
        nn.Module network, IWeightsSource source, CheckpointLayout layout, Predicate<string> replaceable)
    {
        Dictionary<string, Tensor> targets = network.state_dict();
        return [.. source.Entries
            .Select(entry => (Name: layout.Rename(entry.Name), entry.Shape))
            .Where(found => found.Name is not null && replaceable(found.Name)
                && targets.TryGetValue(found.Name, out Tensor? target) && !target.shape.SequenceEqual(found.Shape))
            .Select(found => found.Name!)];
    }

    private static WeightsFormatException Unknown(IWeightsSource file, IReadOnlyList<CheckpointLayout> layouts) => new(file.Name, null,
        $"expected one of the kinds of weights below, found {file.Entries.Count} tensors such as "
        + $"{string.Join(", ", file.Entries.Take(MaxListed).Select(entry => entry.Name))}."
        + string.Concat(layouts.Select(layout => $"\n  {layout.Description}, with {string.Join(", ", layout.Markers)}")));
}

/// <summary>What a checkpoint gave to a network.</summary>
/// <param name="Checkpoint">The kind of checkpoint.</param>
/// <param name="Untouched">Names in the network that kept their first weights.</param>
internal sealed partial record PretrainedReport(string Checkpoint, IReadOnlyList<string> Untouched)
{
    private const int MaxListed = 8;

    /// <summary>The kind, and the layers that were left.</summary>
    public override string ToString()
    {
        string[] layers = [.. Untouched.Select(name => Kinds().Replace(name, "")).Distinct()];
        string more = layers.Length > MaxListed ? $" and {layers.Length - MaxListed} more" : "";
        return layers.Length == 0 ? $"{Checkpoint}: all weights."
            : $"{Checkpoint}; these layers keep their first weights: {string.Join(", ", layers.Take(MaxListed))}{more}.";
    }

    [GeneratedRegex(@"\.(weight|bias|running_mean|running_var)$")]
    private static partial Regex Kinds();
}
