namespace MLNetDeepExtensions.Text;

/// <summary>Numbers of the tokens that stand for no text.</summary>
/// <param name="Pad">Fills sentences up to a common length.</param>
/// <param name="Start">Comes before the first token of a target sentence.</param>
/// <param name="End">Comes after the last token of a sentence.</param>
/// <param name="Unknown">Stands for whatever the vocabulary lacks.</param>
public readonly record struct SpecialTokens(int Pad, int Start, int End, int Unknown)
{
    /// <summary>How many there are.</summary>
    public const int Count = 4;

    /// <summary>Those of the vocabularies learned here: 0 to 3.</summary>
    public static SpecialTokens First { get; } = new(0, 1, 2, 3);

    /// <summary>How they are shown.</summary>
    internal static IReadOnlyList<string> Names { get; } = ["<pad>", "<s>", "</s>", "<unk>"];

    internal string? NameOf(int id) =>
        id == Pad ? Names[0] : id == Start ? Names[1] : id == End ? Names[2] : id == Unknown ? Names[3] : null;
}
