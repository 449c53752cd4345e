using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Sources;

/// <summary>Faults of one kind: throws the first, or counts them and keeps the first few for one warning.</summary>
/// <param name="policy">What to do with a fault.</param>
/// <param name="summary">The warning's first words, with {0} for the number of faults.</param>
internal sealed class FaultLog(BadRows policy, string summary)
{
    const int MaxExamples = 5;

    readonly List<string> _examples = [];

    public int Count { get; private set; }

    /// <exception cref="InvalidDataException">Faults are not to be skipped.</exception>
    public void Add(AnnotationFault fault)
    {
        if (policy == BadRows.Fail)
            throw fault.ForCallers();
        if (Count++ < MaxExamples)
            _examples.Add(fault.Message);
    }

    /// <summary>Writes the warning, if there were faults.</summary>
    public void WriteTo(IChannel channel)
    {
        if (Count > 0)
            channel.Warning("{0}", string.Format(summary, Count) + ": " + string.Join("; ", _examples) + (Count > MaxExamples ? "; ..." : "."));
    }
}
