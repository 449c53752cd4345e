namespace MLNetDeepExtensions.Detection;

/// <summary>Sentences about faulty options that several records share.</summary>
internal static class OptionFaults
{
    /// <summary>What is wrong with a list of numbers; null if all is well.</summary>
    /// <param name="name">The option.</param>
    /// <param name="values">The list.</param>
    /// <param name="count">How many numbers there must be; null for any number above 0.</param>
    /// <param name="positive">Whether they must be above 0.</param>
    public static string? Numbers(string name, float[]? values, int? count, bool positive)
    {
        if (values?.Length > 0 && (count ?? values.Length) == values.Length
            && values.All(value => float.IsFinite(value) && (!positive || value > 0)))
            return null;
        string got = values is null ? "null" : $"[{string.Join(", ", values)}]";
        string kind = positive ? "positive" : "finite";
        return $"{name}: expected {(count is { } some ? $"{some} {kind}" : kind)} numbers, got {got}.";
    }
}
