namespace MLNetDeepExtensions.Sources;

/// <summary>Columns of parallel text with one target.</summary>
internal sealed class TranslationRow(TranslatedSentence sentence)
{
    public string Source => sentence.Source;

    public string Target => sentence.Targets[0];
}

/// <summary>Columns of parallel text with several references.</summary>
internal sealed class ReferencedTranslationRow(TranslatedSentence sentence)
{
    public string Source => sentence.Source;

    public string[] Target => sentence.Targets;
}

/// <summary>Columns of a source of captions.</summary>
internal sealed class CaptionRow(CaptionedImage image)
{
    public string ImagePath => image.ImagePath;

    public string[] Caption { get; } = [.. image.Captions];
}
