namespace MLNetDeepExtensions.Weights;

/// <summary>A weights file is truncated, malformed, of an unknown format, or holds what a weights file may not hold.</summary>
public sealed class WeightsFormatException : FormatException
{
    /// <param name="source">Name of the file or stream.</param>
    /// <param name="item">The part of it that is at fault: a tensor's name, the header, an archive member; null for the whole.</param>
    /// <param name="fault">What was expected and what was found.</param>
    /// <param name="inner">The fault that was met underneath, if any.</param>
    public WeightsFormatException(string source, string? item, string fault, Exception? inner = null)
        : base(item is null ? $"{source}: {fault}" : $"{source}: {item}: {fault}", inner)
    {
        SourceName = source;
        Item = item;
    }

    /// <summary>Name of the file or stream.</summary>
    public string SourceName { get; }

    /// <summary>The part of the file that is at fault; null for the whole.</summary>
    public string? Item { get; }
}
