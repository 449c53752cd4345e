using MLNetDeepExtensions.Text;

namespace MLNetDeepExtensions.Translation;

/// <summary>The tokenisers of a translator; the same for both languages if they share one vocabulary.</summary>
/// <param name="Source">Of the language that is translated.</param>
/// <param name="Target">Of the language that it is translated into.</param>
public sealed record TokeniserPair(ITextTokeniser Source, ITextTokeniser Target)
{
    /// <summary>One vocabulary serves both languages.</summary>
    public bool IsJoint => ReferenceEquals(Source, Target);

    /// <summary>All that is needed to make it again.</summary>
    public SavedTokeniserPair Save() => new(Source.Save(), IsJoint ? null : Target.Save());
}

/// <summary>A pair of tokenisers as it stands in a saved model.</summary>
/// <param name="Source">Of the language that is translated.</param>
/// <param name="Target">Of the other language; null if it is the same.</param>
public sealed record SavedTokeniserPair(SavedTokeniser Source, SavedTokeniser? Target)
{
    /// <summary>What is wrong with the values, one sentence each; empty if all is well.</summary>
    public IEnumerable<string> Faults() => Source.Faults().Select(fault => $"{nameof(Source)}.{fault}")
        .Concat((Target?.Faults() ?? []).Select(fault => $"{nameof(Target)}.{fault}"));

    /// <summary>Makes the tokenisers.</summary>
    /// <exception cref="InvalidDataException">There are faults.</exception>
    public TokeniserPair Create()
    {
        ITextTokeniser source = Source.Create();
        return new TokeniserPair(source, Target?.Create() ?? source);
    }
}
