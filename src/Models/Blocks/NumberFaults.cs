namespace MLNetDeepExtensions.Blocks;

/// <summary>Checks lists of numbers in options.</summary>
internal static class NumberFaults
{
    /// <summary>What is wrong with a list; null if all is well.</summary>
    /// <param name="name">The option.</param>
    /// <param name="values">Its value.</param>
    /// <param name="count">How many numbers are expected.</param>
    /// <param name="positive">Expects more than finite numbers.</param>
    public static string? Of(string name, float[]? values, int count, bool positive)
    {
        if (values?.Length == count && values.All(value => float.IsFinite(value) && (!positive || value > 0)))
            return null;
        string got = values is null ? "null" : $"[{string.Join(", ", values)}]";
        return $"{name}: expected {count} {(positive ? "positive" : "finite")} numbers, got {got}.";
    }
}
