namespace MLNetDeepExtensions.Torch;

/// <summary>What the training data says about a network's shape; saved with the model.</summary>
public sealed record NetworkContext
{
    /// <summary>Length of each vector input by column name.</summary>
    public IReadOnlyDictionary<string, int> InputSizes { get; init; } = new Dictionary<string, int>();

    /// <summary>Number of classes of a key target, as its type says; 0 for other targets.</summary>
    public int ClassCount { get; init; }

    /// <summary>Length of a vector input.</summary>
    /// <exception cref="ArgumentException">There is no vector input of that name.</exception>
    public int InputSize(string columnName) => InputSizes.TryGetValue(columnName, out int size)
        ? size
        : throw new ArgumentException($"Input '{columnName}': expected one of {string.Join(", ", InputSizes.Keys.Select(name => $"'{name}'"))}.", nameof(columnName));
}
