using System.Text.RegularExpressions;
using MLNetDeepExtensions.Examples;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Examples;

public sealed partial class ExampleProgramTests
{
    [TestMethod]
    public void FoldersOfTwoDomainsBecomeATranslatorThatAnotherProcessUses()
    {
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "styles"), test = Path.Combine(data, "testA");
        var scenes = new ShapeSceneOptions { MinWidth = 26, MaxWidth = 30, MinHeight = 24, MaxHeight = 28, MinObjectSize = 12, MaxObjectSize = 20, MaxObjects = 2 };
        ShapeStyles.WriteUnpaired(data, trainCount: 6, testCount: 3, seed: 1, scenes);

        Result trained = Run(folder.Path, "cyclegan", "--data", data, "--epochs", "1", "--image-size", "24", "--width", "4", "--blocks", "1", "--out", "run");
        Result predicted = Run(folder.Path, "predict", "--model", "run/reverse.zip", "--images", test, "--out", "found");

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.MatchesRegex(LastLineOfImageTranslator(), trained.Lines[^1]);
        foreach (string file in new[] { "model.zip", "reverse.zip", "history.csv", "history.png", "metrics.json", "translations.png", "samples/epoch-0001.png" })
            Assert.IsGreaterThan(50, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
        Assert.AreEqual(0, predicted.ExitCode, string.Join('\n', predicted.Errors));
        Assert.HasCount(3, Directory.GetFiles(Path.Combine(folder.Path, "found"), "*.png"));
    }

    [TestMethod]
    [DataRow("cyclegan --blocks 0", 2)]
    [DataRow("cyclegan --image-size 30", 2)]
    [DataRow("cyclegan --data no-such-folder", 1)]
    public void AnErrorOfTheUserOfTranslatorsIsOneLineAndAnExitCode(string arguments, int exitCode) => AnErrorOfTheUserIsOneLineAndAnExitCode(arguments, exitCode);

    [GeneratedRegex(@"^cyclegan: psnr=\d+\.\d\d cycle=\d\.\d{3} taken=\d\.\d{3} train=\d+\.\d img/s predict=\d+\.\d img/s model=run/model\.zip$")]
    private static partial Regex LastLineOfImageTranslator();
}
