using System.Text;

namespace MLNetDeepExtensions.Weights;

/// <summary>A tensor whose shape in the weights is not that of the module.</summary>
/// <param name="Name">Name in the module.</param>
/// <param name="Expected">Shape in the module.</param>
/// <param name="Found">Shape in the weights.</param>
public sealed record WrongShape(string Name, IReadOnlyList<long> Expected, IReadOnlyList<long> Found)
{
    /// <summary>Name and both shapes.</summary>
    public override string ToString() => $"{Name}: expected {TensorShape.Format(Expected)}, found {TensorShape.Format(Found)}";
}

/// <summary>How the tensors of some weights differ from those of a module.</summary>
/// <param name="Missing">Names that the module has and the weights lack.</param>
/// <param name="Unexpected">Names, as in the weights, that the module lacks.</param>
/// <param name="WrongShape">Tensors that both have, in different shapes.</param>
public sealed record KeyReport(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<WrongShape> WrongShape)
{
    const int MaxListed = 10;

    /// <summary>True if the weights fit the module exactly.</summary>
    public bool IsEmpty => Missing.Count + Unexpected.Count + WrongShape.Count == 0;

    /// <summary>The three lists with their counts, each cut to its first ten, or a line that says that nothing differs.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        List(text, "missing", Missing);
        List(text, "unexpected", Unexpected);
        List(text, "wrong shape", WrongShape);
        return IsEmpty ? "All names and shapes agree." : text.ToString().TrimEnd();
    }

    static void List(StringBuilder text, string title, IReadOnlyList<object> items)
    {
        if (items.Count == 0)
            return;
        text.Append($"{title} ({items.Count}):\n");
        foreach (object item in items.Take(MaxListed))
            text.Append($"  {item}\n");
        if (items.Count > MaxListed)
            text.Append($"  and {items.Count - MaxListed} more\n");
    }
}
