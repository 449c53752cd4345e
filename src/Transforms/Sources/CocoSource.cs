using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Sources;

/// <summary>Reads a data set in COCO's format.</summary>
internal sealed class CocoSource
{
    readonly string _path, _imageFolder;
    readonly AnnotationReading _reading;
    readonly Dictionary<long, string> _classes = [];
    readonly ILookup<long, CocoAnnotation> _annotations;
    readonly IReadOnlyList<CocoImage> _images;

    CocoSource(AnnotationReading reading, string path, string imageFolder)
    {
        (_reading, _path, _imageFolder) = (reading, path, imageFolder);
        CocoFile file = CocoFile.Read(path);
        _images = [.. file.Images!.OfType<CocoImage>()];
        foreach (CocoCategory category in file.Categories!.OfType<CocoCategory>())
            if (string.IsNullOrEmpty(category.Name) || !_classes.TryAdd(category.Id, category.Name))
                throw new AnnotationFault(path, $"category {category.Id}", "it has no name, or its id appears twice");
        _annotations = file.Annotations!.OfType<CocoAnnotation>().ToLookup(annotation => annotation.ImageId);
    }

    /// <exception cref="DirectoryNotFoundException">The folder of images does not exist.</exception>
    public static List<AnnotatedImage> Read(AnnotationReading reading, string path, string imageFolder)
    {
        if (!Directory.Exists(imageFolder))
            throw new DirectoryNotFoundException($"{imageFolder}: there is no such folder.");
        var source = new CocoSource(reading, path, imageFolder);
        source.SkipAnnotationsWithoutImage();
        return reading.Read("LoadFromCoco", source._images, source.ReadOne);
    }

    void SkipAnnotationsWithoutImage()
    {
        var ids = new HashSet<long>();
        foreach (CocoImage image in _images)
            if (!ids.Add(image.Id))
                throw new AnnotationFault(_path, $"image {image.Id}", "its id appears twice");
        foreach (IGrouping<long, CocoAnnotation> orphans in _annotations.Where(group => !ids.Contains(group.Key)))
            _reading.Skip(new AnnotationFault(_path, $"annotation {orphans.First().Id}", $"there is no image {orphans.Key}"));
    }

    AnnotatedImage ReadOne(CocoImage image)
    {
        string imagePath = ImageFile.Find(_imageFolder, image.FileName, _path, $"image {image.Id}");
        SourceObject[] objects = [.. _annotations[image.Id].Select(ObjectOf)];
        return new AnnotatedImage(imagePath, _reading.Boxes.Usable(_path, objects, SizeOf(image), imagePath));
    }

    SourceObject ObjectOf(CocoAnnotation annotation)
    {
        string place = $"annotation {annotation.Id}";
        if (annotation.Bbox is not [double x, double y, double width, double height])
            throw new AnnotationFault(_path, place, "expected a 'bbox' of 4 numbers");
        if (!_classes.TryGetValue(annotation.CategoryId, out string? name))
            throw new AnnotationFault(_path, place, $"there is no category {annotation.CategoryId}");
        return new SourceObject(name, new Box((float)x, (float)y, (float)(x + width), (float)(y + height)), place)
        {
            IsCrowd = annotation.IsCrowd,
            Area = (float)(annotation.Area ?? double.NaN),
        };
    }

    static ImageSize SizeOf(CocoImage image) =>
        image.Width is > 0 and < int.MaxValue && image.Height is > 0 and < int.MaxValue ? new((int)image.Width, (int)image.Height) : default;
}
