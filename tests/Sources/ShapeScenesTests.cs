using Microsoft.ML;
using MLNetDeepExtensions.Examples;
using SkiaSharp;

namespace MLNetDeepExtensions.Tests.Sources;

[TestClass]
public sealed class ShapeScenesTests
{
    readonly TemporaryDataSet _set = new();

    [TestCleanup]
    public void DeleteFiles() => _set.Dispose();

    [TestMethod]
    public void WrittenScenesAreReadBackBoxForBox()
    {
        IReadOnlyList<ShapeScene> scenes = ShapeScenes.WritePascalVoc(_set.Root, trainCount: 6, validationCount: 3, testCount: 2, seed: 5);
        AssertSame(scenes.Take(6), "train");
        AssertSame(scenes.Skip(6).Take(3), "val");
        AssertSame(scenes.Take(9), "trainval");
        AssertSame(scenes.Skip(9), "test");
        Assert.IsEmpty(_set.Warnings);
    }

    void AssertSame(IEnumerable<ShapeScene> scenes, string split)
    {
        SourceRow[] rows = SourceRow.Of(_set.ML, _set.ML.Data.LoadFromPascalVoc(_set.Root, split));
        Assert.HasCount(rows.Length, scenes);
        foreach ((ShapeScene scene, SourceRow row) in scenes.Zip(rows))
        {
            CollectionAssert.AreEqual(scene.Objects.Select(o => o.Shape.ToString().ToLowerInvariant()).ToArray(), row.Label);
            CollectionAssert.AreEqual(
                scene.Objects.SelectMany(o => new float[] { o.Box.Left, o.Box.Top, o.Box.Right, o.Box.Bottom }).ToArray(), row.BoundingBoxes);
            using SKCodec codec = SKCodec.Create(row.ImagePath);
            Assert.AreEqual((scene.Width, scene.Height), (codec.Info.Width, codec.Info.Height));
        }
    }

    [TestMethod]
    public void SameSeedGivesTheSameFilesAndAnotherSeedOthers()
    {
        byte[] Jpeg(string folder, int seed)
        {
            ShapeScenes.WritePascalVoc(_set.PathOf(folder), 2, seed: seed);
            return File.ReadAllBytes(_set.PathOf(Path.Combine(folder, "JPEGImages", "000002.jpg")));
        }
        byte[] first = Jpeg("a", 3);
        CollectionAssert.AreEqual(first, Jpeg("b", 3));
        CollectionAssert.AreNotEqual(first, Jpeg("c", 4));
    }

    [TestMethod]
    public void ShapesReachAllFourEdgesOfTheirBox()
    {
        foreach (SceneShape shape in Enum.GetValues<SceneShape>())
        {
            SKRectI box = new(20, 30, 80, 90);
            using SKBitmap with = new ShapeScene(120, 120, [new(shape, SceneColour.Red, box)], Seed: 1).Draw();
            using SKBitmap without = new ShapeScene(120, 120, [], Seed: 1).Draw();
            SKPointI[] changed = [.. Enumerable.Range(0, 120 * 120).Select(i => new SKPointI(i % 120, i / 120))
                .Where(p => Difference(with.GetPixel(p.X, p.Y), without.GetPixel(p.X, p.Y)) > 60)];
            Assert.AreEqual(box.Left, changed.Min(p => p.X), 1, $"{shape}, left");
            Assert.AreEqual(box.Right - 1, changed.Max(p => p.X), 1, $"{shape}, right");
            Assert.AreEqual(box.Top, changed.Min(p => p.Y), 2, $"{shape}, top");
            Assert.AreEqual(box.Bottom - 1, changed.Max(p => p.Y), 1, $"{shape}, bottom");
        }
    }

    static int Difference(SKColor a, SKColor b) => Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);

    [TestMethod]
    public void ScenesKeepWithinTheirOptions()
    {
        var options = new ShapeSceneOptions { ShapeCount = 2, MaxObjects = 4, MinObjectSize = 30, MaxObjectSize = 60, MaxOverlap = 0 };
        ShapeScene[] scenes = [.. Enumerable.Range(0, 60).Select(i => ShapeScene.Create(1, i, options))];
        Assert.IsTrue(scenes.All(scene => scene.Objects.Count is >= 1 and <= 4));
        Assert.HasCount(2, scenes.SelectMany(scene => scene.Objects).Select(o => o.Shape).Distinct());
        foreach (ShapeScene scene in scenes)
        {
            Assert.IsTrue(scene.Objects.All(o => o.Box.Width is >= 30 and <= 60 && new SKRectI(0, 0, scene.Width, scene.Height).Contains(o.Box)));
            foreach (SceneObject one in scene.Objects)
                Assert.IsFalse(scene.Objects.Any(other => other != one && SKRectI.Intersect(other.Box, one.Box) is { Width: > 0, Height: > 0 }));
        }
    }
}
