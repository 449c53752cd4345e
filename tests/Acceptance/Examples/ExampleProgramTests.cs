using System.Diagnostics;
using System.Text.RegularExpressions;
using MLNetDeepExtensions.Examples;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Examples;

/// <summary>The program of examples as a user meets it: as a process.</summary>
[TestClass]
public sealed partial class ExampleProgramTests
{
    [TestMethod]
    [DataRow("ssd --epochs 0", 2)]
    [DataRow("ssd --epochs", 2)]
    [DataRow("ssd --backbone alexnet", 2)]
    [DataRow("ssd --colour red", 2)]
    [DataRow("senet --backbone alexnet", 2)]
    [DataRow("senet --reduction 0", 2)]
    [DataRow("show-tell --beam 0", 2)]
    [DataRow("show-tell --data no-such-folder", 1)]
    [DataRow("show-tell --ensemble-with no-such.zip", 1)]
    [DataRow("sagan --image-size 48", 2)]
    [DataRow("predict", 2)]
    [DataRow("fly", 2)]
    [DataRow("ssd --data no-such-folder", 1)]
    [DataRow("transformer --data no-such-folder", 1)]
    [DataRow("transformer --size huge", 2)]
    [DataRow("ssd --resume --out no-such-folder", 1)]
    [DataRow("predict --model no-such.zip --images . --out x", 1)]
    public void AnErrorOfTheUserIsOneLineAndAnExitCode(string arguments, int exitCode)
    {
        using var folder = new TemporaryFolder();

        Result result = Run(folder.Path, arguments.Split(' '));

        Assert.AreEqual(exitCode, result.ExitCode);
        Assert.HasCount(1, result.Errors);
        Assert.StartsWith("error: ", result.Errors[0]);
    }

    [TestMethod]
    [DataRow("ssd"), DataRow("yolo"), DataRow("faster-rcnn")]
    public void AFolderOfImagesBecomesAModelThatAnotherProcessUses(string detector)
    {
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "shapes");
        ShapeScenes.WritePascalVoc(data, trainCount: 12, testCount: 4, options: new ShapeSceneOptions { MaxWidth = 160, MaxHeight = 120, MaxObjectSize = 60 });

        Result trained = Run(folder.Path, detector, "--data", data, "--epochs", "1", "--image-size", "64", "--backbone", "resnet18-half-width", "--out", "run");
        Result predicted = Run(folder.Path, "predict", "--model", "run/model.zip", "--images", Path.Combine(data, "JPEGImages"), "--out", "found", "--min-score", "0.02");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.StartsWith($"{detector}: ", trained.Lines[^1]);
        Assert.MatchesRegex(LastLine(), trained.Lines[^1]);
        foreach (string file in new[] { "model.zip", "history.csv", "history.png", "metrics.json" })
            Assert.IsGreaterThan(100, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
        Assert.HasCount(4, Directory.GetFiles(Path.Combine(folder.Path, "run", "pictures"), "*.png"));
        Assert.AreEqual(0, predicted.ExitCode, string.Join('\n', predicted.Errors));
        Assert.HasCount(16, Directory.GetFiles(Path.Combine(folder.Path, "found"), "*.png"));
        Assert.AreEqual("image,label,score,x0,y0,x1,y1", File.ReadLines(Path.Combine(folder.Path, "found", "predictions.csv")).First());
    }

    [TestMethod]
    public void FoldersOfClassesBecomeAClassifierThatAnotherProcessUses()
    {
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "shapes"), test = Path.Combine(data, "test", "circle");
        var scenes = new ShapeSceneOptions { MinWidth = 20, MaxWidth = 24, MinHeight = 20, MaxHeight = 24, MinObjectSize = 12, MaxObjectSize = 20 };
        ShapeScenes.WriteClassFolders(Path.Combine(data, "train"), 24, seed: 1, scenes);
        ShapeScenes.WriteClassFolders(Path.Combine(data, "test"), 12, seed: 2, scenes);

        Result trained = Run(folder.Path, "senet", "--data", data, "--epochs", "1", "--batch", "8", "--out", "run");
        Result predicted = Run(folder.Path, "predict", "--model", "run/model.zip", "--images", test, "--out", "found");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.MatchesRegex(LastLineOfClassifier(), trained.Lines[^1]);
        foreach (string file in new[] { "model.zip", "history.csv", "history.png", "metrics.json", "confusion.csv", "excitation.csv", "excitation.png" })
            Assert.IsGreaterThan(50, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
        Assert.AreEqual(0, predicted.ExitCode, string.Join('\n', predicted.Errors));
        string[] lines = File.ReadAllLines(Path.Combine(folder.Path, "found", "predictions.csv"));
        Assert.AreEqual("image,label,score", lines[0]);
        Assert.HasCount(1 + Directory.GetFiles(test).Length, lines);
    }

    [TestMethod]
    [DataRow("transformer"), DataRow("rnnsearch")]
    public void AFolderOfParallelTextBecomesATranslator(string system)
    {
        using var folder = new TemporaryFolder();
        ToyLanguage.WriteFiles(Path.Combine(folder.Path, "text"), train: 40, validation: 5, test: 8, seed: 1);

        Result trained = Run(folder.Path, system, "--data", "text", "--to", "toy", "--epochs", "1", "--out", "run");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.MatchesRegex(LastLineOfTranslator(), trained.Lines[^1]);
        foreach (string file in new[] { "model.zip", "history.csv", "history.png", "metrics.json" })
            Assert.IsGreaterThan(50, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
        Assert.HasCount(1 + 8, File.ReadAllLines(Path.Combine(folder.Path, "run", "translations.csv")));
        Assert.HasCount(8, Directory.GetFiles(Path.Combine(folder.Path, "run", "alignments"), "*.png"));
    }

    [TestMethod]
    public void RnnSearchIsComparedWithItsBaselineByLength()
    {
        using var folder = new TemporaryFolder();
        ToyLanguage.WriteFiles(Path.Combine(folder.Path, "text"), train: 40, validation: 5, test: 30, seed: 1);

        Result trained = Run(folder.Path, "rnnsearch", "--data", "text", "--to", "toy", "--epochs", "1", "--out", "run", "--optimiser", "adadelta", "--compare");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        string[] rows = File.ReadAllLines(Path.Combine(folder.Path, "run", "bleu-by-length.csv"));
        Assert.AreEqual("model,length,sentences,BLEU", rows[0]);
        foreach (string model in new[] { "RNNsearch", "RNNencdec" })
            Assert.AreEqual(30, rows.Where(row => row.StartsWith($"{model},", StringComparison.Ordinal)).Sum(row => int.Parse(row.Split(',')[2])));
        Assert.IsGreaterThan(50, new FileInfo(Path.Combine(folder.Path, "run", "bleu-by-length.png")).Length);
    }

    [TestMethod]
    public void CaptionedImagesBecomeACaptioner()
    {
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "shapes");
        var scenes = new ShapeSceneOptions { MinWidth = 40, MaxWidth = 48, MinHeight = 40, MaxHeight = 48, MinObjectSize = 12, MaxObjectSize = 18, MaxObjects = 2 };
        ShapeScenes.WriteCaptions(Path.Combine(data, "train"), 16, seed: 1, scenes);
        ShapeScenes.WriteCaptions(Path.Combine(data, "test"), 4, seed: 2, scenes);

        string[] training = ["show-tell", "--data", data, "--epochs", "1", "--batch", "8", "--image-size", "32"];
        Result trained = Run(folder.Path, [.. training, "--out", "run"]);
        Result joined = Run(folder.Path, [.. training, "--seed", "2", "--ensemble-with", "run/model.zip", "--out", "both"]);
        Result predicted = Run(folder.Path, "predict", "--model", "run/model.zip", "--images", Path.Combine(data, "test", "images"), "--out", "found");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.AreEqual(0, predicted.ExitCode, string.Join('\n', predicted.Errors));
        Assert.HasCount(1 + 4, File.ReadAllLines(Path.Combine(folder.Path, "found", "predictions.csv")));
        Assert.HasCount(4, Directory.GetFiles(Path.Combine(folder.Path, "found"), "*.png"));
        Assert.MatchesRegex(LastLineOfCaptioner(), trained.Lines[^1]);
        Assert.AreEqual(0, joined.ExitCode, string.Join('\n', joined.Errors));
        Assert.AreEqual(2, SizeOf("both") / (double)SizeOf("run"), 0.1, "an ensemble is saved as a whole");
        foreach (string file in new[] { "model.zip", "history.csv", "history.png", "metrics.json", "captions.csv" })
            Assert.IsGreaterThan(100, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
        Assert.HasCount(4, Directory.GetFiles(Path.Combine(folder.Path, "run", "pictures"), "*.png"));
        string[] captions = File.ReadAllLines(Path.Combine(data, "train", "captions.tsv"));
        Assert.IsTrue(captions.All(line => ACaption().IsMatch(line)), captions[0]);

        long SizeOf(string run) => new FileInfo(Path.Combine(folder.Path, run, "model.zip")).Length;
    }

    [TestMethod]
    public void AFolderOfImagesTeachesAnInfoGanItsCodes()
    {
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "shapes");
        ShapeScenes.WriteClassFolders(data, 24, seed: 1, new ShapeSceneOptions { MinWidth = 16, MaxWidth = 16, MinHeight = 16, MaxHeight = 16, MinObjectSize = 8, MaxObjectSize = 12 });

        Result trained = Run(folder.Path, "infogan", "--data", data, "--epochs", "1", "--batch", "8", "--image-size", "16", "--width", "0.125", "--categories", "3", "--out", "run");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.MatchesRegex(LastLineOfInfoGan(), trained.Lines[^1]);
        foreach (string file in new[] { "model.zip", "encoder.zip", "history.csv", "history.png", "metrics.json", "generated.png", "code-0.png", "code-2.png", "samples/epoch-0001.png" })
            Assert.IsGreaterThan(50, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
    }

    [TestMethod]
    public void FoldersOfClassesBecomeAGeneratorThatIsJudged()
    {
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "shapes");
        var scenes = new ShapeSceneOptions { MinWidth = 20, MaxWidth = 24, MinHeight = 20, MaxHeight = 24, MinObjectSize = 12, MaxObjectSize = 20 };
        ShapeScenes.WriteClassFolders(Path.Combine(data, "train"), 24, seed: 1, scenes);
        ShapeScenes.WriteClassFolders(Path.Combine(data, "test"), 12, seed: 2, scenes);

        Result trained = Run(folder.Path, "sagan", "--data", data, "--epochs", "1", "--batch", "8", "--out", "run");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.MatchesRegex(LastLineOfGenerator(), trained.Lines[^1]);
        foreach (string file in new[] { "model.zip", "history.csv", "history.png", "metrics.json", "attention.png", "samples/epoch-0001.png" })
            Assert.IsGreaterThan(50, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
    }

    private static Result Run(string folder, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, typeof(ShapeScenes).Assembly.GetName().Name! + ".dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string[] lines = Lines(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return new Result(process.ExitCode, lines, Lines(errors.Result));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"^\S+: mAP50=\d\.\d{3} mAP=\d\.\d{3} train=\d+\.\d img/s predict=\d+\.\d img/s model=run/model\.zip$")]
    private static partial Regex LastLine();

    [GeneratedRegex(@"^sagan: accuracy=\d\.\d{3} fid=\d+\.\d\d variety=\d+\.\d\d train=\d+\.\d img/s model=run/model\.zip$")]
    private static partial Regex LastLineOfGenerator();

    [GeneratedRegex(@"^senet: accuracy=\d\.\d{3} train=\d+\.\d img/s predict=\d+\.\d img/s model=run/model\.zip$")]
    private static partial Regex LastLineOfClassifier();

    [GeneratedRegex(@"^\S+: BLEU=\d+\.\d\d train=\d+\.\d pairs/s predict=\d+\.\d sentences/s model=run/model\.zip$")]
    private static partial Regex LastLineOfTranslator();

    [GeneratedRegex(@"^show-tell: BLEU4=\d\.\d{3} CIDEr=\d+\.\d{3} exact=\d\.\d{3} train=\d+\.\d img/s predict=\d+\.\d img/s model=run/model\.zip$")]
    private static partial Regex LastLineOfCaptioner();

    [GeneratedRegex(@"^infogan: accuracy=\d\.\d{3} mi=-?\d\.\d{3} train=\d+\.\d img/s generate=\d+\.\d img/s model=run/model\.zip$")]
    private static partial Regex LastLineOfInfoGan();

    [GeneratedRegex(@"^\d{6}\.jpg\tan? [a-z]+ (circle|square|triangle)(?: (left of|above) an? [a-z]+ (circle|square|triangle))?$")]
    private static partial Regex ACaption();

    private sealed record Result(int ExitCode, string[] Lines, string[] Errors);
}
