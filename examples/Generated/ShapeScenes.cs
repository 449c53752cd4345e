using System.Xml.Linq;
using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes made-up scenes as files of a real data set. The same seed writes the same files.</summary>
public static class ShapeScenes
{
    /// <summary>
    /// Writes a data set in Pascal VOC's layout: <c>JPEGImages</c>, <c>Annotations</c>, and the lists <c>train</c>, <c>val</c>,
    /// <c>trainval</c> and
    /// <c>test</c> in <c>ImageSets/Main</c>. Files that are there already are overwritten.
    /// </summary>
    /// <returns>The scenes in the order of the file names: first those of <c>train</c>, then of <c>val</c>, then of
    /// <c>test</c>.</returns>
    public static IReadOnlyList<ShapeScene> WritePascalVoc(
        string folder, int trainCount, int validationCount = 0, int testCount = 0, int seed = 1, ShapeSceneOptions? options = null)
    {
        options ??= new ShapeSceneOptions();
        int count = trainCount + validationCount + testCount;
        ShapeScene[] scenes = [.. Enumerable.Range(0, count).Select(i => ShapeScene.Create(seed, i, options))];
        string images = Folder(folder, "JPEGImages"), annotations = Folder(folder, "Annotations"), lists = Folder(folder, "ImageSets", "Main");
        Parallel.For(0, count, i =>
        {
            WriteJpeg(scenes[i], Path.Combine(images, Stem(i) + ".jpg"));
            Annotation(scenes[i], Stem(i)).Save(Path.Combine(annotations, Stem(i) + ".xml"));
        });
        WriteList(lists, "train", 0, trainCount);
        WriteList(lists, "val", trainCount, validationCount);
        WriteList(lists, "trainval", 0, trainCount + validationCount);
        WriteList(lists, "test", trainCount + validationCount, testCount);
        return scenes;
    }

    /// <summary>Writes pictures of one shape each into a folder for each shape. Files that are there already are overwritten.</summary>
    public static void WriteClassFolders(string folder, int count, int seed, ShapeSceneOptions options) => Parallel.For(0, count, i =>
    {
        ShapeScene scene = ShapeScene.Create(seed, i, options with { MaxObjects = 1 });
        string shape = Folder(folder, scene.Objects[0].Shape.ToString().ToLowerInvariant());
        WriteJpeg(scene, Path.Combine(shape, Stem(i) + ".jpg"));
    });

    /// <summary>Writes pictures with a caption each: <c>images</c> and <c>captions.tsv</c>. Files that are there already are
    /// overwritten.</summary>
    public static void WriteCaptions(string folder, int count, int seed, ShapeSceneOptions options)
    {
        (ShapeScene Scene, string? Caption)[] scenes = [.. Enumerable.Range(0, int.MaxValue).Select(i => ShapeScene.Create(seed, i, options))
            .Select(scene => (scene, SceneCaption.Of(scene))).Where(captioned => captioned.Item2 is not null).Take(count)];
        string images = Folder(folder, "images");
        Parallel.For(0, count, i => WriteJpeg(scenes[i].Scene, Path.Combine(images, Stem(i) + ".jpg")));
        File.WriteAllLines(Path.Combine(folder, "captions.tsv"), scenes.Select((captioned, i) => $"{Stem(i)}.jpg\t{captioned.Caption}"));
    }

    static string Stem(int index) => (index + 1).ToString("D6");

    static string Folder(params string[] parts) => Directory.CreateDirectory(Path.Combine(parts)).FullName;

    static void WriteList(string folder, string name, int first, int count) =>
        File.WriteAllLines(Path.Combine(folder, name + ".txt"), Enumerable.Range(first, count).Select(Stem));

    static void WriteJpeg(ShapeScene scene, string path)
    {
        using SKBitmap picture = scene.Draw();
        using FileStream file = File.Create(path);
        picture.Encode(file, SKEncodedImageFormat.Jpeg, quality: 90);
    }

    // Pascal VOC names the first and the last pixel of an object, counted from 1.
    static XElement Annotation(ShapeScene scene, string stem) =>
        new("annotation",
            new XElement("folder", "JPEGImages"),
            new XElement("filename", stem + ".jpg"),
            new XElement("size", new XElement("width", scene.Width), new XElement("height", scene.Height), new XElement("depth", 3)),
            scene.Objects.Select(item => new XElement("object",
                new XElement("name", item.Shape.ToString().ToLowerInvariant()),
                new XElement("difficult", 0),
                new XElement("bndbox",
                    new XElement("xmin", item.Box.Left + 1), new XElement("ymin", item.Box.Top + 1),
                    new XElement("xmax", item.Box.Right), new XElement("ymax", item.Box.Bottom)))));
}
