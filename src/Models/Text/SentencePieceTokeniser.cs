using Microsoft.ML.Tokenizers;

namespace MLNetDeepExtensions.Text;

/// <summary>Subwords of an existing SentencePiece model (byte pairs or unigrams), read by Microsoft.ML.Tokenizers; its numbers are
/// kept.</summary>
/// <remarks>Start, end and unknown token are the model's own; padding, which such models seldom have, gets the number after the
/// last.</remarks>
public sealed class SentencePieceTokeniser : ITextTokeniser
{
    private const int LongestModel = 64 << 20;

    private readonly byte[] model;
    private readonly SentencePieceTokenizer encoder;
    private readonly string?[] pieces;

    private SentencePieceTokeniser(byte[] model)
    {
        this.model = model;
        encoder = SentencePieceTokenizer.Create(new MemoryStream(model), addBeginningOfSentence: false, addEndOfSentence: false);
        int size = 1 + encoder.Vocabulary.Values.Max();
        pieces = new string?[size + 1];
        foreach ((string piece, int number) in encoder.Vocabulary)
            pieces[number] = piece;
        Special = new SpecialTokens(size, encoder.BeginningOfSentenceId, encoder.EndOfSentenceId, encoder.UnknownId);
    }

    /// <inheritdoc/>
    public int Count => pieces.Length;

    /// <inheritdoc/>
    public SpecialTokens Special { get; }

    /// <summary>Reads a <c>.model</c> or <c>.spm</c> file.</summary>
    /// <exception cref="InvalidDataException">It is not a SentencePiece model.</exception>
    public static SentencePieceTokeniser Load(Stream model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var bytes = new MemoryStream();
        model.CopyTo(bytes);
        return FromBytes(bytes.ToArray());
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? [] : [.. encoder.EncodeToIds(text)];
    }

    /// <inheritdoc/>
    /// <remarks>The model itself says how its unknown token is shown.</remarks>
    public string Decode(IEnumerable<int> tokens, Func<int, string>? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return encoder.Decode(
            tokens.Select(Checked).Where(token => token != Special.Pad && token != Special.Start && token != Special.End)) ?? "";
    }

    /// <inheritdoc/>
    public string Show(int token) => Special.NameOf(Checked(token)) ?? pieces[token]?.Replace('\u2581', ' ') ?? "";

    /// <inheritdoc/>
    public SavedTokeniser Save() => new() { Kind = TokeniserKind.SentencePiece, Model = model };

    internal static SentencePieceTokeniser FromBytes(byte[] model)
    {
        if (model.Length is 0 or > LongestModel)
            throw new InvalidDataException($"Expected a SentencePiece model of 1 to {LongestModel} bytes, got {model.Length}.");
        try
        {
            return new SentencePieceTokeniser(model);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw new InvalidDataException($"Not a SentencePiece model that can be read: {fault.Message}", fault);
        }
    }

    private int Checked(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Count);
        return token;
    }
}
