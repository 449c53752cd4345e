namespace MLNetDeepExtensions.Detection;

/// <summary>Means over the classes for which a number is defined, that is, not NaN.</summary>
internal static class DefinedNumbers
{
    /// <summary>Mean without the NaNs; NaN if nothing else is there.</summary>
    public static double Mean(IEnumerable<double> numbers) =>
        numbers.Where(number => !double.IsNaN(number)).DefaultIfEmpty(double.NaN).Average();
}
