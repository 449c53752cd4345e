using Microsoft.ML.Runtime;
using MLNetDeepExtensions;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Sources;

namespace Microsoft.ML;

/// <summary>
/// Reads parallel text and captioned images. All text files are read at once, when the method is called; the views can be shuffled and read
/// again and again. Text is UTF-8; files that end in <c>.gz</c> are gzipped.
/// </summary>
public static class TextSourcesCatalog
{
    /// <summary>Reads two files whose lines are translations of each other. Columns: <c>Source</c> Text, <c>Target</c> Text.</summary>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="sourceFile">A sentence a line.</param>
    /// <param name="targetFile">The translation of each sentence, line by line.</param>
    /// <param name="badRows">What to do with a line that is not UTF-8.</param>
    /// <param name="emptyLines">What to do with a pair of which one line is empty.</param>
    /// <exception cref="IOException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">The files have different numbers of lines, or a line cannot be used and such are not to be
    /// skipped.</exception>
    public static IDataView LoadFromParallelText(
        this DataOperationsCatalog catalog, string sourceFile, string targetFile, BadRows badRows = BadRows.Fail, BadRows emptyLines = BadRows.Skip)
    {
        ArgumentException.ThrowIfNullOrEmpty(targetFile);
        return Rows(catalog, env => Parallel(env, sourceFile, [targetFile], badRows, emptyLines), sentence => new TranslationRow(sentence));
    }

    /// <summary>
    /// Reads a file with several translations of each line, usually for evaluation. Columns: <c>Source</c> Text, <c>Target</c> vector of
    /// Text.
    /// </summary>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="sourceFile">A sentence a line.</param>
    /// <param name="targetFiles">One file for each translation, line by line.</param>
    /// <param name="badRows">What to do with a line that is not UTF-8.</param>
    /// <param name="emptyLines">What to do with a sentence of which one line is empty.</param>
    /// <exception cref="IOException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">The files have different numbers of lines, or a line cannot be used and such are not to be
    /// skipped.</exception>
    public static IDataView LoadFromParallelText(
        this DataOperationsCatalog catalog, string sourceFile, IReadOnlyList<string> targetFiles,
        BadRows badRows = BadRows.Fail, BadRows emptyLines = BadRows.Skip)
    {
        ArgumentNullException.ThrowIfNull(targetFiles);
        if (targetFiles.Count == 0)
            throw new ArgumentException("Expected at least one file of translations.", nameof(targetFiles));
        return Rows(catalog, env => Parallel(env, sourceFile, targetFiles, badRows, emptyLines), sentence => new ReferencedTranslationRow(sentence));
    }

    /// <summary>
    /// Reads images with captions. Columns: <c>ImagePath</c> Text, <c>Caption</c> vector of Text; one row for each image, in the order of
    /// their first captions.
    /// </summary>
    /// <remarks>
    /// Kinds of data: a folder with <c>captions.tsv</c> (name, tab, caption; a line for each caption) and a folder <c>images</c>, or with
    /// such a folder for each split; a file of such lines, where a name may end in <c>#0</c>, <c>#1</c>, ... as in Flickr 8k's and 30k's
    /// token files; a <c>.json</c> file with captions as COCO has them.
    /// </remarks>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="path">The folder or file.</param>
    /// <param name="imageFolder">The folder that names of images refer to; null for <c>images</c> beside the file of captions.</param>
    /// <param name="split">For a folder the name of the split's folder, such as <c>train</c>; for a file another file that lists the names
    /// of the images wanted, as <c>Flickr_8k.trainImages.txt</c> does. Null for all.</param>
    /// <param name="badRows">What to do with a caption that cannot be used: empty, not UTF-8, or of an image that is not there.</param>
    /// <exception cref="IOException">A file or folder is not there.</exception>
    /// <exception cref="InvalidDataException">The file is of no such kind, or a caption is bad and such are not to be skipped; names path,
    /// place and reason.</exception>
    public static IDataView LoadFromCaptions(
        this DataOperationsCatalog catalog, string path, string? imageFolder = null, string? split = null, BadRows badRows = BadRows.Fail)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Rows(catalog, env => new CaptionSource(env, badRows).Read(path, imageFolder, split), image => new CaptionRow(image));
    }

    private static List<TranslatedSentence> Parallel(
        IHostEnvironment env, string sourceFile, IReadOnlyList<string> targetFiles, BadRows badRows, BadRows emptyLines)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourceFile);
        return new ParallelText(env, badRows, emptyLines).Read(sourceFile, targetFiles);
    }

    private static IDataView Rows<TItem, TRow>(DataOperationsCatalog catalog, Func<IHostEnvironment, List<TItem>> read, Converter<TItem, TRow> rowOf)
        where TRow : class
    {
        IHostEnvironment env = CatalogEnvironment.Of(catalog);
        try
        {
            return RowList.ViewOf(env, read(env).ConvertAll(rowOf));
        }
        catch (AnnotationFault fault)
        {
            throw fault.ForCallers();
        }
    }
}
