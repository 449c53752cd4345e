using System.Text.RegularExpressions;
using MLNetDeepExtensions.Examples;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Examples;

public sealed partial class ExampleProgramTests
{
    [TestMethod]
    [DataRow("--classes", "generated.png"), DataRow("--super-resolution 4", "super-resolution.png")]
    public void FoldersOfClassesBecomeAnImageTransformer(string option, string picture)
    {
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "shapes");
        var scenes = new ShapeSceneOptions { MinWidth = 20, MaxWidth = 24, MinHeight = 20, MaxHeight = 24, MinObjectSize = 12, MaxObjectSize = 20 };
        ShapeScenes.WriteClassFolders(Path.Combine(data, "train"), 12, seed: 1, scenes);
        ShapeScenes.WriteClassFolders(Path.Combine(data, "test"), 6, seed: 2, scenes);

        Result trained = Run(folder.Path,
            ["image-transformer", "--data", data, "--epochs", "1", "--batch", "4", "--image-size", "8", "--layers", "1", "--width", "16", "--out", "run", .. option.Split(' ')]);

        Assert.AreEqual(0, trained.ExitCode, string.Join('\n', trained.Errors));
        Assert.MatchesRegex(LastLineOfImageTransformer(), trained.Lines[^1]);
        foreach (string file in new[] { "model.zip", "likelihood.zip", "history.csv", "history.png", "metrics.json", picture })
            Assert.IsGreaterThan(100, new FileInfo(Path.Combine(folder.Path, "run", file)).Length, file);
    }

    [TestMethod]
    [DataRow("image-transformer --width 6")]
    [DataRow("image-transformer --super-resolution 5")]
    [DataRow("image-transformer --pixels grey")]
    [DataRow("image-transformer --temperature 0")]
    public void AnErrorOfTheUserOfTheImageTransformerIsOneLineAndAnExitCode(string arguments) => AnErrorOfTheUserIsOneLineAndAnExitCode(arguments, exitCode: 2);

    [GeneratedRegex(@"^image-transformer: bits=\d+\.\d{3} histograms=\d+\.\d{3} train=\d+\.\d img/s generate=\d+\.\d img/s model=run/model\.zip$")]
    private static partial Regex LastLineOfImageTransformer();
}
