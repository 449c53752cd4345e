using System.IO.Compression;
using Microsoft.ML;
using MLNetDeepExtensions.Detection;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>What ML.NET's zip costs with large weights.</summary>
internal sealed class SaveAndLoad : IBenchmark
{
    private const double Megabyte = 1e6;

    public string Question => "A model of about 100 MB through ML.NET's zip, against copies of the same bytes and against deflating them as ML.NET's own models do; items are MB.";

    public void Run(Report report)
    {
        string folder = Directory.CreateTempSubdirectory("model").FullName;
        string model = Path.Combine(folder, "model.zip"), copy = Path.Combine(folder, "copy"), deflated = Path.Combine(folder, "deflated");
        var ml = new MLContext(seed: 1);
        using SSDDetectionTransformer detector = DetectionScenes.Detector(ml, new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet50 });
        void Save() => ml.Model.Save(detector, null, model);
        void Load() => ((IDisposable)ml.Model.Load(model, out _)).Dispose();
        try
        {
            Save();
            int size = (int)(new FileInfo(model).Length / Megabyte);
            report.Contests(
                new Contest("Save; peer: File.Copy", Contest.Timed(Save), Contest.Timed(() => File.Copy(model, copy, overwrite: true)), size),
                new Contest("Save; peer: deflate", Contest.Timed(Save), Contest.Timed(() => Deflate(model, deflated)), size, Rounds: 3),
                new Contest("Load; peer: File.Copy", Contest.Timed(Load), Contest.Timed(() => File.Copy(model, copy, overwrite: true)), size),
                new Contest("Load; peer: inflate", Contest.Timed(Load), Contest.Timed(() => Inflate(deflated)), size, Rounds: 3));
            report.Table(["What", "MB"],
                [["Size of the zip", $"{size}"], ["Deflated by the peer", $"{new FileInfo(deflated).Length / Megabyte:F0}"],
                 ["Extra memory while saving", $"{ExtraMemory(Save):F0}"], ["Extra memory while loading", $"{ExtraMemory(Load):F0}"]]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Deflate(string source, string destination)
    {
        using FileStream from = File.OpenRead(source), to = File.Create(destination);
        using var deflate = new DeflateStream(to, CompressionLevel.Optimal);
        from.CopyTo(deflate);
    }

    private static void Inflate(string source)
    {
        using FileStream from = File.OpenRead(source);
        using var inflate = new DeflateStream(from, CompressionMode.Decompress);
        inflate.CopyTo(Stream.Null);
    }

    /// <summary>Growth of resident memory at its highest during the work, in MB.</summary>
    private static double ExtraMemory(Action work)
    {
        GC.Collect();
        long before = Environment.WorkingSet, highest = before;
        Task task = Task.Run(work);
        while (!task.Wait(millisecondsTimeout: 2))
            highest = Math.Max(highest, Environment.WorkingSet);
        return (highest - before) / Megabyte;
    }
}
