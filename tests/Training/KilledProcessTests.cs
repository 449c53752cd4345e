using System.Diagnostics;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class KilledProcessTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("killed").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void SSDKilledThreeTimesInMidEpochEndsWithTheSameWeights()
    {
        string calm = Path.Combine(folder, "calm"), killed = Path.Combine(folder, "killed");
        string[] expected = RunToTheEnd(calm);

        foreach (int update in (int[])[1, 5, 7])
            Assert.IsTrue(KillAfter(update, killed));

        string[] resumed = RunToTheEnd(killed);
        CollectionAssert.AreEqual(expected[^resumed.Length..], resumed);
        Assert.DoesNotContain(TrainingChild.Line(6), resumed);
    }

    /// <summary>What the process tells: a line for every update, and the weights in the end.</summary>
    private static string[] RunToTheEnd(string checkpoints)
    {
        using Process child = Start(checkpoints);
        string[] lines = child.StandardOutput.ReadToEnd().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        StringAssert.StartsWith(lines[^1], TrainingChild.HashStart);
        return lines;
    }

    /// <summary>True if the process was killed; false if it ended by itself before.</summary>
    private static bool KillAfter(int update, string checkpoints)
    {
        using Process child = Start(checkpoints);
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

    private static Process Start(string checkpoints) =>
        Process.Start(new ProcessStartInfo(Program.FileName, [TrainingChild.Name, checkpoints]) { RedirectStandardOutput = true })!;
}
