namespace MLNetDeepExtensions.Training;

/// <summary>What must agree between a run and the checkpoint that it continues, so that a fold or experiment never continues another's.</summary>
/// <param name="Options">What the trainer was told, as JSON.</param>
/// <param name="Seed">Of order, augmentation and initial weights.</param>
/// <param name="Schema">Names and types of the training data's columns.</param>
/// <param name="Data">Row count, and a hash of all row numbers and of the first rows' content.</param>
internal sealed record RunFingerprint(string Options, long Seed, string Schema, string Data)
{
    /// <exception cref="InvalidOperationException">They differ; the message says in what.</exception>
    public void EnsureSame(string path, RunFingerprint saved)
    {
        if (this != saved)
            throw new InvalidOperationException(
                $"Checkpoint '{path}' belongs to another run: {string.Join(" and ", Differences(saved))}. Choose another folder, or restore what the run was started with.");
    }

    private IEnumerable<string> Differences(RunFingerprint saved)
    {
        if (Options != saved.Options)
            yield return $"its options differ (saved {saved.Options}, now {Options})";
        if (Seed != saved.Seed)
            yield return $"its seed differs (saved {saved.Seed}, now {Seed})";
        if (Schema != saved.Schema)
            yield return $"its columns differ (saved {saved.Schema}, now {Schema})";
        if (Data != saved.Data)
            yield return $"its training data differs (saved {saved.Data}, now {Data})";
    }
}
