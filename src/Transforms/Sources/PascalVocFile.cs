using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Sources;

/// <summary>One XML file of Pascal VOC's format. Document types and external entities are refused, the size is limited.</summary>
/// <param name="FileName">Name of the image without folders, as the file tells it; often wrong, null if missing.</param>
/// <param name="Size">Size of the image as the file tells it; zero if it does not.</param>
/// <param name="Objects">The objects in the order of the file.</param>
internal sealed record PascalVocFile(string? FileName, ImageSize Size, IReadOnlyList<SourceObject> Objects)
{
    const int MaxCharacters = 16 * 1024 * 1024;

    /// <exception cref="AnnotationFault">The file is not XML, too large, or lacks what an object must have.</exception>
    public static PascalVocFile Read(string path)
    {
        if (!File.Exists(path))
            throw new AnnotationFault(path, null, "the file does not exist");
        try
        {
            XElement root = Load(path);
            string? fileName = root.Element("filename")?.Value.Trim();
            return new PascalVocFile(
                string.IsNullOrEmpty(fileName) ? null : fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..],
                new ImageSize(Side(root, "width"), Side(root, "height")),
                [.. root.Elements("object").Select(o => ReadObject(path, o))]);
        }
        catch (XmlException fault)
        {
            throw new AnnotationFault(path, $"line {fault.LineNumber}", fault.Message, fault);
        }
    }

    static XElement Load(string path)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters };
        using FileStream stream = File.OpenRead(path);
        using XmlReader reader = XmlReader.Create(stream, settings);
        XElement root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        return root.Name.LocalName == "annotation"
            ? root
            : throw new AnnotationFault(path, Line(root), $"expected the element 'annotation', got '{root.Name.LocalName}'");
    }

    static int Side(XElement root, string name) =>
        double.TryParse(root.Element("size")?.Element(name)?.Value, CultureInfo.InvariantCulture, out double side) && side is > 0 and < int.MaxValue
            ? (int)side
            : 0;

    static SourceObject ReadObject(string path, XElement o)
    {
        string name = Child(path, o, "name").Value.Trim();
        if (name.Length == 0)
            throw new AnnotationFault(path, Line(o), "the object has an empty 'name'");
        XElement corners = Child(path, o, "bndbox");
        double xMin = Number(path, corners, "xmin"), yMin = Number(path, corners, "ymin");
        double xMax = Number(path, corners, "xmax"), yMax = Number(path, corners, "ymax");
        // The file names the first and the last pixel, counted from 1: only the former moves. Equal ones are a click that missed, not an
        // object one pixel wide, and reversed ones must stay reversed.
        double left = xMin < xMax ? xMin - 1 : xMin, top = yMin < yMax ? yMin - 1 : yMin;
        return new SourceObject(name, new Box((float)left, (float)top, (float)xMax, (float)yMax), Line(corners))
        {
            IsDifficult = o.Element("difficult")?.Value.Trim() is "1" or "true" or "True",
        };
    }

    static XElement Child(string path, XElement parent, string name) =>
        parent.Element(name) ?? throw new AnnotationFault(path, Line(parent), $"the element '{parent.Name.LocalName}' has no '{name}'");

    static double Number(string path, XElement parent, string name)
    {
        XElement element = Child(path, parent, name);
        return double.TryParse(element.Value, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new AnnotationFault(path, Line(element), $"expected a number in '{name}', got '{element.Value}'");
    }

    static string Line(IXmlLineInfo element) => $"line {element.LineNumber}";
}
