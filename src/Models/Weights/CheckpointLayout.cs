namespace MLNetDeepExtensions.Weights;

/// <summary>How one kind of published checkpoint names its tensors, and what a network calls them.</summary>
/// <param name="Description">What errors and logs call the kind.</param>
/// <param name="Markers">Names that every file of this kind has, and no other kind has all of.</param>
/// <param name="Rename">The network's name for a name of the file; null for tensors that the network has no use for.</param>
internal sealed record CheckpointLayout(string Description, IReadOnlyList<string> Markers, Func<string, string?> Rename)
{
    /// <summary>True for names in the network that files of this kind lack.</summary>
    public Predicate<string> MayLack { get; init; } = _ => false;

    /// <summary>What is read in place of the file where new names are not enough. It does not own the file.</summary>
    public Func<IWeightsSource, IWeightsSource> View { get; init; } = file => file;

    /// <summary>True if the file is of this kind.</summary>
    public bool Fits(IWeightsSource file) => !Markers.Except(file.Entries.Select(entry => entry.Name)).Any();
}
