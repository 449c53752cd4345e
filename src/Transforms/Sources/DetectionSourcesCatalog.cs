using Microsoft.ML.Runtime;
using MLNetDeepExtensions;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Sources;

namespace Microsoft.ML;

/// <summary>
/// Reads data sets of images with boxes. The views hold what the annotation files say, can be shuffled and read again and again, and
/// never touch a pixel:
/// <c>DecodeImages</c> makes images of <c>ImagePath</c>.
/// </summary>
/// <remarks>
/// Columns: <c>ImagePath</c> Text; <c>Label</c> vector of Text, the class of each object; <c>BoundingBoxes</c> vector of Single, x0 y0
/// x1 y1 in pixels from the
/// upper left corner, right and bottom edge exclusive, 4 per object; <c>Difficult</c> vector of Boolean. An image without objects is a
/// row with empty vectors.
/// <para>
/// All annotation files are read at once, when the method is called. A row is bad if its file cannot be read, lacks something or names
/// a class or image that does
/// not exist. A box is invalid if it has no area, is reversed, is not made of finite numbers, lies outside its image, or reaches more
/// than a pixel over the image's edge;
/// the last kind is cut off at the edge instead of being left out. Where the size that a file tells does not fit its boxes, the header
/// of the image decides.
/// </para>
/// <para>
/// Annotation files may come from anywhere: XML with a document type is refused, no file outside the given folders is named in the
/// result (links
/// inside them are followed), and the size of a file is limited (16 MB of XML or of labels, 4 GB of JSON).
/// </para>
/// </remarks>
public static class DetectionSourcesCatalog
{
    /// <summary>
    /// Reads a data set in Pascal VOC's format: <c>Annotations</c>, <c>JPEGImages</c> and <c>ImageSets/Main</c>; or a folder with an
    /// XML file beside
    /// each image, or such a folder for each split.
    /// </summary>
    /// <remarks>
    /// The format names the first and last pixel of an object, counted from 1, so that x0 = xmin - 1 and x1 = xmax: boxes keep their
    /// true size, and
    /// overlaps are those of Pascal VOC's own evaluation. The image of an annotation is the one with its stem, upper and lower case
    /// alike, else the one
    /// that <c>filename</c> names.
    /// </remarks>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="root">Folder of the data set, such as <c>VOCdevkit/VOC2007</c>.</param>
    /// <param name="split">Name of a list in <c>ImageSets/Main</c>, or of a folder; null for all annotations of the root.</param>
    /// <param name="badRows">What to do with a file that cannot be used.</param>
    /// <param name="invalidBoxes">What to do with a box that cannot be used.</param>
    /// <exception cref="DirectoryNotFoundException">The folder or the split is not there.</exception>
    /// <exception cref="InvalidDataException">A file or box is bad and such are not to be skipped; names path, line and
    /// reason.</exception>
    public static IDataView LoadFromPascalVoc(
        this DataOperationsCatalog catalog, string root, string? split = null, BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        return Rows(catalog, reading => PascalVocSource.Read(reading, root, split), badRows, invalidBoxes, image => new DetectionRow(image));
    }

    /// <summary>
    /// Reads a data set in COCO's format. Adds <c>Crowd</c>, vector of Boolean, and <c>Area</c>, vector of Single: the area in square
    /// pixels as
    /// the file tells it, NaN where it does not.
    /// </summary>
    /// <remarks>Labels are the names of the categories; images come in the order of the file.</remarks>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="annotationFile">The JSON file, such as <c>instances_train2017.json</c>.</param>
    /// <param name="imageFolder">The folder that the file names of images refer to.</param>
    /// <param name="badRows">What to do with an image that cannot be used; a file that is not JSON always fails.</param>
    /// <param name="invalidBoxes">What to do with a box that cannot be used.</param>
    /// <exception cref="IOException">The file or the folder is not there.</exception>
    /// <exception cref="InvalidDataException">The file, an image or a box is bad and such are not to be skipped; names path, place and
    /// reason.</exception>
    public static IDataView LoadFromCoco(
        this DataOperationsCatalog catalog, string annotationFile, string imageFolder, BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip)
    {
        ArgumentException.ThrowIfNullOrEmpty(annotationFile);
        ArgumentException.ThrowIfNullOrEmpty(imageFolder);
        return Rows(
            catalog, reading => CocoSource.Read(reading, annotationFile, imageFolder), badRows, invalidBoxes, image => new CocoDetectionRow(image));
    }

    /// <summary>
    /// Reads a data set in YOLO's format: <c>images</c> beside <c>labels</c>, with a folder of the split in each or around both; or
    /// label files beside their images.
    /// A line of a label file is class, centre x and y, width and height, the latter four as parts of the image's size. An image
    /// without label file has no objects.
    /// </summary>
    /// <remarks>
    /// Boxes come out in pixels, for which the header of each image is read. An image whose EXIF orientation turns it on its side has
    /// the size it is shown at,
    /// as in <c>DecodeImages</c>.
    /// </remarks>
    /// <param name="catalog">The catalog of <c>mlContext.Data</c>.</param>
    /// <param name="root">Folder of the data set.</param>
    /// <param name="split">Folder of the split, such as <c>train</c>; null for all images.</param>
    /// <param name="classNames">Names of classes 0, 1, ...; null to read them from <c>data.yaml</c>, <c>classes.txt</c> or
    /// <c>obj.names</c>.</param>
    /// <param name="badRows">What to do with a label file or image that cannot be used.</param>
    /// <param name="invalidBoxes">What to do with a box that cannot be used.</param>
    /// <exception cref="IOException">A folder, or a file with class names, is not there.</exception>
    /// <exception cref="InvalidDataException">A file or box is bad and such are not to be skipped; names path, line and
    /// reason.</exception>
    public static IDataView LoadFromYoloLabels(
        this DataOperationsCatalog catalog, string root, string? split = null, IReadOnlyList<string>? classNames = null,
        BadRows badRows = BadRows.Fail, BadRows invalidBoxes = BadRows.Skip)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        return Rows(catalog, reading => YoloSource.Read(reading, root, split, classNames), badRows, invalidBoxes, image => new DetectionRow(image));
    }

    static IDataView Rows<TRow>(
        DataOperationsCatalog catalog, Func<AnnotationReading, List<AnnotatedImage>> read, BadRows badRows, BadRows invalidBoxes,
        Converter<AnnotatedImage, TRow> rowOf)
        where TRow : class
    {
        IHostEnvironment env = CatalogEnvironment.Of(catalog);
        try
        {
            return RowList.ViewOf(env, read(new AnnotationReading(env, badRows, invalidBoxes)).ConvertAll(rowOf));
        }
        catch (AnnotationFault fault)
        {
            throw fault.ForCallers();
        }
    }
}
