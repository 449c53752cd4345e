using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Sources;

/// <summary>An image with its captions.</summary>
internal sealed record CaptionedImage(string ImagePath, IReadOnlyList<string> Captions);

/// <summary>A caption as its file tells it.</summary>
/// <param name="Image">Name of the image, perhaps with folders.</param>
/// <param name="Text">Null if its bytes are not UTF-8.</param>
/// <param name="Place">Where it stands in its file, for messages.</param>
internal sealed record SourceCaption(string Image, string? Text, string Place);

/// <summary>Reads captions of images: tab-separated lines, as Flickr's token files are too, or COCO's JSON.</summary>
internal sealed class CaptionSource(IHostEnvironment env, BadRows badRows)
{
    private readonly FaultLog bad = new(badRows, "Left out {0} bad captions");

    /// <param name="path">A file, or a folder with <c>captions.tsv</c> and <c>images</c>, or a folder with such a folder for each
    /// split.</param>
    /// <param name="imageFolder">Null for the folder <c>images</c> beside the file.</param>
    /// <param name="split">Folder of a split, or a file that lists the names of its images; null for all.</param>
    public List<CaptionedImage> Read(string path, string? imageFolder, string? split)
    {
        string? list = null;
        if (Directory.Exists(path))
            path = Path.Combine(path, split ?? "", "captions.tsv");
        else
            list = split;
        string images = imageFolder ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "images");
        if (!Directory.Exists(images))
            throw new DirectoryNotFoundException($"{images}: there is no such folder.");
        HashSet<string>? chosen = list is null ? null
            : [.. TextLines.Read(list).Select(line => line.Text?.Trim() ?? "").Where(name => name.Length > 0)];
        using IChannel channel = env.Start("LoadFromCaptions");
        List<CaptionedImage> result = Grouped(path, images, IsJson(path) ? CocoCaptions.Read(path, bad) : Lines(path), chosen);
        bad.WriteTo(channel);
        return result;
    }

    private List<CaptionedImage> Grouped(string path, string imageFolder, IEnumerable<SourceCaption> captions, HashSet<string>? chosen)
    {
        var images = new List<CaptionedImage>();
        var byName = new Dictionary<string, List<string>?>(StringComparer.Ordinal);
        foreach (SourceCaption caption in captions)
        {
            env.ThrowIfCancelled();
            if (chosen?.Contains(caption.Image) == false)
                continue;
            try
            {
                if (!byName.TryGetValue(caption.Image, out List<string>? texts))
                {
                    byName.Add(caption.Image, null);
                    string imagePath = ImageFile.Find(imageFolder, caption.Image, path, caption.Place);
                    byName[caption.Image] = texts = [];
                    images.Add(new CaptionedImage(imagePath, texts));
                }
                // Null: the image is not there, which was said at its first caption.
                texts?.Add(Checked(path, caption));
            }
            catch (AnnotationFault fault)
            {
                bad.Add(fault);
            }
        }
        images.RemoveAll(image => image.Captions.Count == 0);
        return images;
    }

    private static string Checked(string path, SourceCaption caption) =>
        caption.Text is null ? throw new AnnotationFault(path, caption.Place, "expected UTF-8, got other bytes")
        : string.IsNullOrWhiteSpace(caption.Text) ? throw new AnnotationFault(path, caption.Place, $"the caption of '{caption.Image}' is empty")
        : caption.Text.Trim();

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Lines "name TAB caption"; the name may end in "#0", "#1", ... as in Flickr's token files.</summary>
    private IEnumerable<SourceCaption> Lines(string path)
    {
        foreach ((int number, string? text) in TextLines.Read(path))
        {
            string place = $"line {number}";
            if (text is not null && string.IsNullOrWhiteSpace(text))
                continue;
            int tab = text?.IndexOf('\t') ?? -1;
            if (tab > 0)
                yield return new SourceCaption(WithoutNumber(text![..tab].Trim()), text[(tab + 1)..], place);
            else
            {
                bad.Add(new AnnotationFault(path, place, text is null
                    ? "expected UTF-8, got other bytes"
                    : $"expected the name of an image, a tab and a caption, got '{text}'"));
            }
        }
    }

    private static string WithoutNumber(string name)
    {
        int mark = name.LastIndexOf('#');
        return mark > 0 && mark + 1 < name.Length && !name.AsSpan(mark + 1).ContainsAnyExceptInRange('0', '9') ? name[..mark] : name;
    }
}
