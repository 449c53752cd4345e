using System.Diagnostics;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;

namespace MLNetDeepExtensions.Tests.Acceptance.Training;

[TestClass]
public sealed class KilledProcessTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("killed").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.LearningNames), typeof(ConformanceCases))]
    public void ARunKilledTwiceInMidEpochEndsWithTheSameWeights(string name)
    {
        FittedCase calm = FittedCase.Of(name);

        foreach (int update in (int[])[2, 5])
            Assert.IsTrue(KillAfter(update, name), $"The run of {name} ended before update {update}.");
        string[] resumed = RunToTheEnd(name);

        Assert.AreEqual(TrainingChild.HashStart + calm.WeightsHash(calm.Model), resumed[^1]);
        Assert.DoesNotContain(TrainingChild.Line(4), resumed);
    }

    /// <summary>What the process tells: a line for every update, and the weights in the end.</summary>
    private string[] RunToTheEnd(string name)
    {
        using Process child = Start(name);
        string[] lines = child.StandardOutput.ReadToEnd().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        return lines;
    }

    /// <summary>True if the process was killed; false if it ended by itself before.</summary>
    private bool KillAfter(int update, string name)
    {
        using Process child = Start(name);
        while (child.StandardOutput.ReadLine() is { } line)
        {
            if (line != TrainingChild.Line(update))
                continue;
            child.Kill();
            child.WaitForExit();
            return true;
        }
        return false;
    }

    private Process Start(string name) =>
        Process.Start(new ProcessStartInfo(Program.FileName, [TrainingChild.Name, name, folder]) { RedirectStandardOutput = true })!;
}
