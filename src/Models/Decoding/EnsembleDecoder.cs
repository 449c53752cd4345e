using static TorchSharp.torch;

namespace MLNetDeepExtensions.Decoding;

/// <summary>Several decoders as one: the probabilities of the next token are averaged (Show and Tell, section 4.3.3).</summary>
public sealed class EnsembleDecoder : IStepDecoder
{
    private readonly IReadOnlyList<IStepDecoder> members;

    /// <param name="members">Decoders of the same sentences and the same vocabulary; they are disposed with this one.</param>
    /// <exception cref="ArgumentException">There is none, or their sentences differ in number.</exception>
    public EnsembleDecoder(IReadOnlyList<IStepDecoder> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count == 0 || members.Any(member => member.SentenceCount != members[0].SentenceCount))
            throw new ArgumentException("Expected at least one decoder, all of the same number of sentences.", nameof(members));
        this.members = members;
    }

    /// <inheritdoc/>
    public int SentenceCount => members[0].SentenceCount;

    /// <inheritdoc/>
    public Tensor Step(Tensor tokens_R)
    {
        Tensor sum = nn.functional.softmax(members[0].Step(tokens_R).to_type(ScalarType.Float32), 1);
        foreach (IStepDecoder member in members.Skip(1))
            sum = sum + nn.functional.softmax(member.Step(tokens_R).to_type(ScalarType.Float32), 1);
        return (sum / members.Count).log();
    }

    /// <inheritdoc/>
    public void Select(RowSelection selection)
    {
        foreach (IStepDecoder member in members)
            member.Select(selection);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IStepDecoder member in members)
            member.Dispose();
    }
}
