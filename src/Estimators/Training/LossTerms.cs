namespace MLNetDeepExtensions.Training;

/// <summary>One named term of a loss.</summary>
/// <param name="Name">As the paper calls it, such as <c>localisation</c>.</param>
/// <param name="Value">Before weighting.</param>
/// <param name="Weight">Its factor in the sum.</param>
internal readonly record struct LossTerm(string Name, double Value, double Weight = 1);

/// <summary>The terms of one update's loss.</summary>
internal sealed record LossTerms(IReadOnlyList<LossTerm> Terms)
{
    public double Total => Terms.Sum(term => term.Weight * term.Value);

    public LossTerm? NotFinite => Terms.Cast<LossTerm?>().FirstOrDefault(term => !double.IsFinite(term!.Value.Value));

    /// <summary>Term by term mean over the micro-batches of one update.</summary>
    public static LossTerms Mean(IReadOnlyList<LossTerms> parts) =>
        parts.Count == 1 ? parts[0] : new([.. parts[0].Terms.Select((term, i) => term with { Value = parts.Average(part => part.Terms[i].Value) })]);

    /// <exception cref="NonFiniteLossException">A term is infinite or not a number.</exception>
    public LossTerms EnsureFinite() => NotFinite is { } term ? throw new NonFiniteLossException(this, term) : this;
}

/// <summary>
/// A loss term, or a gradient that was to be clipped, became infinite or not a number, so the weights would have been destroyed by the update; or they were.
/// </summary>
public sealed class NonFiniteLossException : ArithmeticException
{
    internal NonFiniteLossException(LossTerms loss, LossTerm term)
        : this(term.Name, $"Loss term '{term.Name}' is {term.Value} ({string.Join(", ", loss.Terms.Select(t => $"{t.Name} {t.Value:g6}"))}).")
    {
    }

    internal NonFiniteLossException(string term, string message) : base(message) => Term = term;

    internal NonFiniteLossException(NonFiniteLossException cause, long step, IEnumerable<long> rows)
        : base($"Training stopped before update {step}: {cause.Message} Rows of the batch: {string.Join(", ", rows)}. "
            + "Usual causes: a learning rate that is too high for the batch size, or faulty targets in these rows.", cause)
    {
        Term = cause.Term;
        Step = step;
    }

    /// <summary>Name of the term, or <c>gradient</c>, or <c>weights</c>.</summary>
    public string Term { get; }

    /// <summary>The update that was not made, counted from 1; 0 where not known.</summary>
    public long Step { get; }
}
