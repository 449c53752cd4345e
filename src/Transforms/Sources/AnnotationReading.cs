using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Sources;

/// <summary>One reading of a data set of boxes: collects what can be used, and reports the rest in one warning for each kind of
/// fault.</summary>
internal sealed class AnnotationReading(IHostEnvironment env, BadRows badRows, BadRows invalidBoxes)
{
    readonly FaultLog _badRows = new(badRows, "Left out {0} bad rows");

    public BoxInspection Boxes { get; } = new(invalidBoxes);

    /// <summary>Reads every item, in order.</summary>
    /// <param name="name">Name of the reader in the log.</param>
    /// <param name="items">One for each image.</param>
    /// <param name="read">Makes the image; throws <see cref="AnnotationFault"/> if it cannot be used.</param>
    /// <exception cref="InvalidDataException">A row or box is bad and such are not to be skipped.</exception>
    public List<AnnotatedImage> Read<T>(string name, IEnumerable<T> items, Func<T, AnnotatedImage> read)
    {
        using IChannel channel = env.Start(name);
        var images = new List<AnnotatedImage>();
        foreach (T item in items)
        {
            env.ThrowIfCancelled();
            try
            {
                images.Add(read(item));
            }
            catch (AnnotationFault fault)
            {
                Skip(fault);
            }
        }
        _badRows.WriteTo(channel);
        foreach (FaultLog log in Boxes.Logs)
            log.WriteTo(channel);
        return images;
    }

    /// <summary>Leaves out what is named by the fault.</summary>
    /// <exception cref="InvalidDataException">Bad rows are not to be skipped.</exception>
    public void Skip(AnnotationFault fault) => _badRows.Add(fault);
}
