using Microsoft.ML;
using MLNetDeepExtensions.Torch;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Weights;
using static MLNetDeepExtensions.Tests.Training.TabularTraining;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class CheckpointTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("checkpoint").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private ModuleTrainer.Options Checkpointed => Options() with { CheckpointDirectory = folder };

    private ModuleTrainer.Options Resumed => Checkpointed with { Resume = true };

    private string CheckpointFile => Path.Combine(folder, CheckpointFolder.FileName);

    [TestMethod]
    [DataRow(1000, 0.0, DisplayName = "resident"), DataRow(8, 0.0, DisplayName = "streamed"), DataRow(8, 0.3, DisplayName = "streamed, validated")]
    public void ATrainersRunResumesExactly(int pool, double validationFraction)
    {
        ModuleTrainer.Options options = Options(epochs: 4) with
        {
            ShufflePoolSize = pool, ValidationFraction = validationFraction, AccumulationSteps = 2, AveragingDecay = 0.7,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.1 },
        };
        string expected = HashAfter(options);

        foreach (int lastStep in (int[])[1, 3, 4, 8])
        {
            ModuleTrainer.Options kept = options with { CheckpointDirectory = Path.Combine(folder, $"{lastStep}"), CheckpointEverySteps = 1 };
            Assert.ThrowsExactly<TimeoutException>(() => Fit(kept with { Progress = ThrowingAt(lastStep + 1) }));
            Assert.AreEqual(expected, HashAfter(kept with { Resume = true, PreparationThreads = 3 }), $"killed after {lastStep}");
        }
    }

    [TestMethod]
    public void ARunWithoutASeedResumesWithItsOwn()
    {
        var options = Checkpointed with { Seed = null, CheckpointEverySteps = 1 };
        Assert.ThrowsExactly<TimeoutException>(() => Fit(options with { Progress = ThrowingAt(5) }));
        string hash = HashAfter(options with { Resume = true });

        Assert.AreEqual(hash, HashAfter(options with { Resume = true }));
    }

    [TestMethod]
    public void ResumingAnEmptyFolderStartsARun() => Assert.AreEqual(HashAfter(Options()), HashAfter(Resumed));

    [TestMethod]
    public void AFinishedRunIsNotTrainedAgain()
    {
        string hash = HashAfter(Checkpointed);
        var reports = new Reports();

        using ModuleTransformer model = Fit(Resumed with { Progress = reports });

        Assert.AreEqual(hash, HashOf(model));
        Assert.IsEmpty(reports.All);
        Assert.HasCount(3, model.History.Epochs);
    }

    [TestMethod]
    public void AFolderThatHoldsARunIsRefusedWithoutResume()
    {
        Fit(Checkpointed).Dispose();
        var rows = new CountedRows();
        var ml = new MLContext();

        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Checkpointed, ml, ml.Data.LoadFromEnumerable(rows.Read())));

        Assert.AreEqual($"Checkpoint folder '{folder}' holds a run already: set Resume to continue it, or choose another folder.", fault.Message);
        Assert.AreEqual(0, rows.Count);
    }

    [TestMethod]
    public void ARunOfOtherOptionsIsRefused()
    {
        Fit(Checkpointed).Dispose();

        AssertRefused(() => Fit(Resumed with { LearningRate = 0.02 }), "its options differ");
        AssertRefused(() => Fit(Resumed with { Schedule = new LearningRateSchedule.Cosine() }), "its options differ");
        AssertRefused(() => Fit(Resumed, definition: new Definition { Dropout = 0.3 }), "its options differ");
        AssertRefused(() => Fit(Resumed with { Seed = 4 }), "its seed differs (saved 3, now 4)");
    }

    [TestMethod]
    public void ARunOnOtherDataIsRefused()
    {
        var ml = new MLContext();
        Fit(Checkpointed, ml).Dispose();

        AssertRefused(() => Fit(Resumed, ml, Data(ml, seed: 2)), "its training data differs (saved 24 rows, ");
        AssertRefused(() => Fit(Resumed, ml, Data(ml, count: 25)), ", now 25 rows, ");
        AssertRefused(() => Fit(Resumed, ml, ml.Transforms.CopyColumns("More", "Features").Fit(Data(ml)).Transform(Data(ml))), "its columns differ");
    }

    [TestMethod]
    [DataRow(1000), DataRow(10)]
    public void AnotherFoldIsRefused(int pool)
    {
        var ml = new MLContext(seed: 1);
        var folds = ml.Data.CrossValidationSplit(Data(ml, 60), numberOfFolds: 3);
        Fit(Checkpointed with { ShufflePoolSize = pool }, ml, folds[0].TrainSet).Dispose();

        AssertRefused(() => Fit(Resumed with { ShufflePoolSize = pool }, ml, folds[1].TrainSet), "its training data differs");
        Fit(Resumed with { ShufflePoolSize = pool }, ml, folds[0].TrainSet).Dispose();
    }

    [TestMethod]
    public void AFolderThatCannotBeWrittenToIsRefusedBeforeAnyRowIsRead()
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        var rows = new CountedRows();
        var ml = new MLContext();

        var fault = Assert.ThrowsExactly<IOException>(() =>
            Fit(Checkpointed with { CheckpointDirectory = Path.Combine(file, "below") }, ml, ml.Data.LoadFromEnumerable(rows.Read())));

        StringAssert.StartsWith(fault.Message, $"Checkpoint folder '{file}{Path.DirectorySeparatorChar}below' cannot be written to: ");
        Assert.AreEqual(0, rows.Count);
    }

    [TestMethod]
    public void ADamagedCheckpointIsNamed()
    {
        Fit(Checkpointed).Dispose();
        byte[] whole = File.ReadAllBytes(CheckpointFile);

        for (int percent = 0; percent < 100; percent += 7)
        {
            File.WriteAllBytes(CheckpointFile, whole[..(int)(whole.Length * percent / 100L)]);
            StringAssert.Contains(Assert.ThrowsExactly<WeightsFormatException>(() => Fit(Resumed)).Message, CheckpointFile, $"{percent} %");
        }
        File.WriteAllText(CheckpointFile, "no checkpoint at all");
        StringAssert.Contains(Assert.ThrowsExactly<WeightsFormatException>(() => Fit(Resumed)).Message, CheckpointFile);
    }

    [TestMethod]
    public void OtherWeightsFilesAreNoCheckpoints()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "golden", "weights", "small.safetensors"), CheckpointFile);

        Assert.AreEqual($"'{CheckpointFile}' is no checkpoint of a run.", Assert.ThrowsExactly<InvalidDataException>(() => Fit(Resumed)).Message);
    }

    [TestMethod]
    public void ACheckpointThatCannotBeWrittenEndsTheRunAndTheOldOneStays()
    {
        Assert.ThrowsExactly<TimeoutException>(() => Fit(Checkpointed with { CheckpointEverySteps = 1, Progress = ThrowingAt(4) }));
        byte[] old = File.ReadAllBytes(CheckpointFile);
        string aside = Path.Combine(folder, "aside");

        // Where a folder stands in place of the file, writing succeeds and renaming fails, as on a disk that is full at the last moment.
        var fault = Assert.ThrowsExactly<IOException>(() => Fit(Resumed with { CheckpointEverySteps = 1, Progress = new Reports(Obstruct) }));

        StringAssert.Contains(fault.Message, CheckpointFile);
        Directory.Delete(CheckpointFile);
        CollectionAssert.AreEqual(old, File.ReadAllBytes(aside));
        Assert.HasCount(1, Directory.GetFiles(folder));

        void Obstruct(TrainingProgress report)
        {
            if (Directory.Exists(CheckpointFile))
                return;
            File.Move(CheckpointFile, aside);
            Directory.CreateDirectory(CheckpointFile);
        }
    }

    private static Reports ThrowingAt(long step) => new(report =>
    {
        if (report.Step == step)
            throw new TimeoutException();
    });

    private static void AssertRefused(Action fit, string reason)
    {
        var fault = Assert.ThrowsExactly<InvalidOperationException>(fit);
        StringAssert.Contains(fault.Message, "belongs to another run: ");
        StringAssert.Contains(fault.Message, reason);
    }

    private sealed class CountedRows
    {
        public int Count { get; private set; }

        public IEnumerable<Row> Read()
        {
            foreach (Row row in Rows(24))
            {
                Count++;
                yield return row;
            }
        }
    }
}
