namespace MLNetDeepExtensions.Settings;

/// <summary>What is wrong with settings, told at once.</summary>
internal static class SettingFaults
{
    /// <param name="faults">One for each setting that is out of its range.</param>
    /// <param name="owner">The record or class that has the settings.</param>
    /// <param name="parameter">The parameter they came in, if it was one.</param>
    /// <exception cref="ArgumentException">There is a fault; the message lists all.</exception>
    public static void ThrowIfAny(this IEnumerable<string> faults, string owner, string? parameter = null)
    {
        string list = faults.Listed();
        if (list.Length > 0)
            throw new ArgumentException($"{owner} is not valid:{list}", parameter);
    }

    /// <summary>The faults, each on a line of its own.</summary>
    public static string Listed(this IEnumerable<string> faults) => string.Concat(faults.Select(fault => $"\n  {fault}"));
}
