namespace MLNetDeepExtensions.Captioning;

/// <summary>What a captioner says of one image. It is searched for when it is first asked for.</summary>
public sealed class ImageCaptions
{
    private readonly CaptionSearch? search;
    private readonly int image;

    /// <param name="search">Of the batch.</param>
    /// <param name="image">Place in the batch.</param>
    internal ImageCaptions(CaptionSearch search, int image) => (this.search, this.image) = (search, image);

    private ImageCaptions()
    {
    }

    /// <summary>Of a row without an image: an empty caption, whose log-probability is not a number, and no candidates.</summary>
    internal static ImageCaptions None { get; } = new();

    /// <summary>The best caption.</summary>
    public ScoredCaption Best => search?.Best(image) ?? new ScoredCaption("", float.NaN);

    /// <summary>The best captions, best first; as many as the options say, or as were found.</summary>
    public IReadOnlyList<ScoredCaption> Candidates => search?.Candidates(image) ?? [];
}

/// <summary>The captions of a batch of images, each kind searched for once.</summary>
/// <param name="search">The so many best captions of each image, at least one.</param>
/// <param name="candidates">How many candidates there are to be.</param>
internal sealed class CaptionSearch(Func<int, IReadOnlyList<IReadOnlyList<ScoredCaption>>> search, int candidates)
{
    private IReadOnlyList<IReadOnlyList<ScoredCaption>>? best, several;

    public ScoredCaption Best(int image) => (several ?? (best ??= search(1)))[image][0];

    public IReadOnlyList<ScoredCaption> Candidates(int image) => (several ??= search(candidates))[image];
}
