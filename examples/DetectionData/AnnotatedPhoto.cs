using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>A row of a detection data set: what <c>ml.Data.LoadFromPascalVoc</c>, <c>LoadFromCoco</c> and <c>LoadFromYoloLabels</c> give.</summary>
internal class AnnotatedPhoto
{
    public string ImagePath { get; set; } = "";

    public string[] Label { get; set; } = [];

    /// <summary>x0 y0 x1 y1 in pixels, 4 per object.</summary>
    public float[] BoundingBoxes { get; set; } = [];

    /// <summary>Pascal VOC's flag.</summary>
    public bool[] Difficult { get; set; } = [];

    /// <summary>COCO's flag: not one object but many.</summary>
    public bool[] Crowd { get; set; } = [];

    /// <summary>COCO's area in square pixels.</summary>
    public float[] Area { get; set; } = [];

    /// <summary>All rows; what a format does not know is filled in.</summary>
    public static List<AnnotatedPhoto> ReadAll(MLContext ml, IDataView view)
    {
        List<AnnotatedPhoto> photos = [.. ml.Data.CreateEnumerable<AnnotatedPhoto>(view, reuseRowObject: false, ignoreMissingColumns: true)];
        foreach (AnnotatedPhoto photo in photos.Where(photo => photo.Crowd.Length != photo.Label.Length))
            (photo.Crowd, photo.Area) = (new bool[photo.Label.Length], [.. photo.Label.Select(_ => float.NaN)]);
        return photos;
    }

    /// <summary>The same without crowds, which are no objects to learn from.</summary>
    public AnnotatedPhoto WithoutCrowds()
    {
        int[] single = [.. Enumerable.Range(0, Label.Length).Where(i => !Crowd[i])];
        return new AnnotatedPhoto
        {
            ImagePath = ImagePath,
            Label = [.. single.Select(i => Label[i])],
            BoundingBoxes = [.. single.SelectMany(i => BoundingBoxes[(4 * i)..(4 * i + 4)])],
            Difficult = [.. single.Select(i => Difficult[i])],
            Crowd = new bool[single.Length],
            Area = [.. single.Select(i => Area[i])],
        };
    }
}
