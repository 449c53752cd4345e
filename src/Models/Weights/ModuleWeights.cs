using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>Loads and saves the parameters and persistent buffers of modules.</summary>
public static class ModuleWeights
{
    /// <summary>Batch normalisation's count of batches: inference ignores it, and files older than PyTorch 0.4.1 lack it.</summary>
    const string BatchCount = "num_batches_tracked";

    /// <summary>Copies weights into a module whose tensors keep their types, devices and strides.</summary>
    /// <param name="module">The module.</param>
    /// <param name="source">The weights.</param>
    /// <param name="rename">Gives the module's name for a name in the weights, or null to leave that tensor out.</param>
    /// <param name="allowMissing">True for names in the module that the weights may lack; <c>num_batches_tracked</c> always may.</param>
    /// <param name="allowUnexpected">True for names in the weights that the module may lack; none by default.</param>
    /// <returns>What differed and was allowed.</returns>
    /// <exception cref="WeightsMismatchException">Something differs that is not allowed; the module is unchanged.</exception>
    /// <exception cref="ArgumentException"><paramref name="rename"/> gives the same name twice; the module is unchanged.</exception>
    /// <exception cref="WeightsFormatException">The data cannot be read; tensors before it are loaded.</exception>
    public static KeyReport LoadWeights(this nn.Module module, IWeightsSource source, Func<string, string?>? rename = null,
        Predicate<string>? allowMissing = null, Predicate<string>? allowUnexpected = null)
    {
        var targets = module.state_dict();
        var pairs = Renamed(source, rename ?? (name => name));
        var report = Compare(targets, pairs);
        var refused = new KeyReport(
            [.. report.Missing.Where(name => allowMissing?.Invoke(name) != true)],
            [.. report.Unexpected.Where(name => allowUnexpected?.Invoke(name) != true)],
            report.WrongShape);
        if (!refused.IsEmpty)
            throw new WeightsMismatchException(source.Name, module.GetType().Name, refused);

        // In the order of the file, for the sake of streams that cannot seek.
        foreach (var (name, entry) in pairs)
            if (targets.TryGetValue(name, out Tensor? target))
                source.ReadInto(entry, target);
        return report;
    }

    /// <summary>Copies weights from a file into a module; see the other overload.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">A safetensors file or a file written by <c>torch.save</c>.</param>
    /// <param name="rename">Gives the module's name for a name in the file, or null to leave that tensor out.</param>
    /// <param name="allowMissing">True for names in the module that the file may lack.</param>
    /// <param name="allowUnexpected">True for names in the file that the module may lack.</param>
    public static KeyReport LoadWeights(this nn.Module module, string path, Func<string, string?>? rename = null,
        Predicate<string>? allowMissing = null, Predicate<string>? allowUnexpected = null)
    {
        using var source = WeightsFile.Open(path);
        return module.LoadWeights(source, rename, allowMissing, allowUnexpected);
    }

    /// <summary>Writes all parameters and persistent buffers to a safetensors file, which replaces an older one once complete.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">What else the file says about itself.</param>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public static void SaveWeights(this nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => module.SaveWeights(stream, metadata));

    /// <summary>Writes all parameters and persistent buffers in the safetensors format.</summary>
    /// <param name="module">The module.</param>
    /// <param name="stream">The stream, which need not be seekable and stays open.</param>
    /// <param name="metadata">What else the file says about itself.</param>
    public static void SaveWeights(this nn.Module module, Stream stream, IReadOnlyDictionary<string, string>? metadata = null) =>
        new SafetensorsWriter(module.state_dict(), metadata).WriteTo(stream);

    static OrderedDictionary<string, TensorEntry> Renamed(IWeightsSource source, Func<string, string?> rename)
    {
        var renamed = new OrderedDictionary<string, TensorEntry>();
        foreach (var entry in source.Entries)
            if (rename(entry.Name) is { } name && !renamed.TryAdd(name, entry))
                throw new ArgumentException(
                    $"{source.Name}: both '{renamed[name].Name}' and '{entry.Name}' are renamed to '{name}'.", nameof(rename));
        return renamed;
    }

    static KeyReport Compare(Dictionary<string, Tensor> targets, OrderedDictionary<string, TensorEntry> found) => new(
        [.. targets.Keys.Where(name => !found.ContainsKey(name) && name.Split('.')[^1] != BatchCount)],
        [.. found.Where(pair => !targets.ContainsKey(pair.Key)).Select(pair => pair.Value.Name)],
        [.. found.Where(pair => targets.TryGetValue(pair.Key, out Tensor? target) && !target.shape.SequenceEqual(pair.Value.Shape))
            .Select(pair => new WrongShape(pair.Key, targets[pair.Key].shape, pair.Value.Shape))]);
}
