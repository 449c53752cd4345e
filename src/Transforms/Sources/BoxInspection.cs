using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Sources;

/// <summary>
/// Keeps boxes that a detector can learn from. Boxes that are no area or lie wholly outside their image are left out; boxes that reach
/// over its edge
/// are cut off there, without a word if it is by a pixel, which is rounding.
/// </summary>
internal sealed class BoxInspection(BadRows invalidBoxes)
{
    readonly FaultLog _dropped = new(invalidBoxes, "Left out {0} invalid boxes");
    readonly FaultLog _cut = new(invalidBoxes, "Cut off {0} boxes at the edge of their image");

    public IEnumerable<FaultLog> Logs => [_dropped, _cut];

    /// <summary>The usable objects of an image, their boxes inside it.</summary>
    /// <param name="annotationPath">File for messages.</param>
    /// <param name="objects">Objects as the file tells them.</param>
    /// <param name="stated">Size as the file tells it, if it does.</param>
    /// <param name="imagePath">Where the true size can be read if it is needed.</param>
    /// <exception cref="AnnotationFault">The true size is needed and cannot be read.</exception>
    /// <exception cref="InvalidDataException">A box is bad and bad boxes are not to be skipped.</exception>
    public IReadOnlyList<SourceObject> Usable(string annotationPath, IReadOnlyList<SourceObject> objects, ImageSize stated, string imagePath)
    {
        bool isPlausible = stated.IsKnown && objects.All(o => !o.Box.IsProper || o.Box == o.Box.Clip(stated.Width, stated.Height));
        ImageSize size = isPlausible || objects.Count == 0 ? stated : TrueSize(annotationPath, imagePath);
        return [.. objects.Select(o => Usable(annotationPath, o, size)).OfType<SourceObject>()];
    }

    SourceObject? Usable(string path, SourceObject o, ImageSize size)
    {
        Box inside = o.Box.Clip(size.Width, size.Height);
        string? fault = !float.IsFinite(o.Box.X0 + o.Box.Y0 + o.Box.X1 + o.Box.Y1) ? "its coordinates are not finite numbers"
            : o.Box.Width < 0 || o.Box.Height < 0 ? "its corners are reversed"
            : !o.Box.IsProper ? "it has no area"
            : !inside.IsProper ? $"it lies outside the image of {size.Width}x{size.Height}"
            : null;
        if (fault is not null)
        {
            _dropped.Add(BoxFault(path, o, fault));
            return null;
        }
        if (IsFarFrom(inside, o.Box))
            _cut.Add(BoxFault(path, o, $"it reaches out of the image of {size.Width}x{size.Height}"));
        return o with { Box = inside };
    }

    static bool IsFarFrom(Box inside, Box box) =>
        inside.X0 - box.X0 > 1 || inside.Y0 - box.Y0 > 1 || box.X1 - inside.X1 > 1 || box.Y1 - inside.Y1 > 1;

    /// <summary>Size of the image by its own header.</summary>
    /// <exception cref="AnnotationFault">It cannot be read.</exception>
    public static ImageSize TrueSize(string annotationPath, string imagePath)
    {
        try
        {
            return ImageSize.OfFile(imagePath);
        }
        catch (InvalidDataException fault)
        {
            throw new AnnotationFault(annotationPath, null, $"the size of its image {imagePath} cannot be read: {fault.Message}", fault);
        }
    }

    static AnnotationFault BoxFault(string path, SourceObject o, string reason) => new(path, o.Place,
        FormattableString.Invariant($"box {o.Box.X0},{o.Box.Y0},{o.Box.X1},{o.Box.Y1} of '{o.Name}': {reason}"));
}
