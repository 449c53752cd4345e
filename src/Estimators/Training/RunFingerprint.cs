using System.Text.Json;

namespace MLNetDeepExtensions.Training;

/// <summary>What must agree between a run and the checkpoint that it continues, so that a fold or experiment never continues another's.</summary>
/// <param name="Options">The trainer's options, as JSON.</param>
/// <param name="Schema">Names and types of the columns that are read.</param>
/// <param name="Data">Row count, and hashes of all row numbers and of the first rows' content.</param>
internal sealed record RunFingerprint(string Options, string Schema, string Data)
{
    /// <exception cref="InvalidOperationException">They differ; the message says in what.</exception>
    public static void EnsureSame(string path, string expectedJson, string savedJson)
    {
        var expected = JsonSerializer.Deserialize<RunFingerprint>(expectedJson)!;
        RunFingerprint? saved = JsonSerializer.Deserialize<RunFingerprint>(savedJson);
        if (expected == saved)
            return;
        string different = string.Join(" and ", Differences(expected, saved));
        throw new InvalidOperationException($"Checkpoint '{path}' belongs to another run: {different}. Choose another folder, or restore what the run was started with.");
    }

    private static IEnumerable<string> Differences(RunFingerprint expected, RunFingerprint? saved)
    {
        if (expected.Options != saved?.Options)
            yield return $"its options differ (saved {saved?.Options}, now {expected.Options})";
        if (expected.Schema != saved?.Schema)
            yield return $"its columns differ (saved {saved?.Schema}, now {expected.Schema})";
        if (expected.Data != saved?.Data)
            yield return $"its training data differs (saved {saved?.Data}, now {expected.Data})";
    }
}
