using System.Reflection;
using Microsoft.ML;
using MLNetDeepExtensions.Torch;
using MLNetDeepExtensions.Training;
using static MLNetDeepExtensions.Tests.Training.TabularTraining;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class CancellationTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("cancel").FullName;
    private readonly CancellationTokenSource cancel = new();

    [TestCleanup]
    public void Free()
    {
        cancel.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void TheTokenEndsTrainingWithinOneUpdate()
    {
        var reports = new Reports(CancelAt(8));

        using ModuleTransformer model = Fit(Options(epochs: 1000) with { CancellationToken = cancel.Token, Progress = reports });

        Assert.AreEqual(8, reports.All[^1].Step);
        Assert.AreEqual(TrainingEnd.Cancelled, model.History.End);
        Assert.HasCount(1, model.History.Epochs);
    }

    [TestMethod]
    public void TheBestModelSoFarIsReturned()
    {
        string best = HashAfter(Options(epochs: 1) with { ValidationFraction = 0.3 });
        var options = Options(epochs: 1000) with { ValidationFraction = 0.3, EarlyStoppingPatience = null, CancellationToken = cancel.Token };
        long perEpoch = 0;

        using ModuleTransformer model = Fit(options with
        {
            Progress = new Reports(report =>
            {
                if (report.Metrics.Count > 0)
                    perEpoch = report.Step;
                else if (perEpoch > 0)
                    cancel.Cancel();
            }),
        });

        Assert.AreEqual(1, model.History.Best!.Epoch);
        Assert.AreEqual(best, HashOf(model));
    }

    [TestMethod]
    public void TheOptionsCanAskForAnException()
    {
        var fault = Assert.ThrowsExactly<OperationCanceledException>(() =>
            Fit(Options() with { CancellationToken = cancel.Token, ReturnBestOnCancellation = false, Progress = new Reports(CancelAt(3)) }));

        Assert.AreEqual("Training was cancelled after update 3.", fault.Message);
        Assert.AreEqual(cancel.Token, fault.CancellationToken);
    }

    [TestMethod]
    public void CancelledBeforeTheFirstUpdateThereIsNoModel()
    {
        cancel.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(Options() with { CancellationToken = cancel.Token }));
    }

    [TestMethod]
    public void ReadingTheDataIsCancelledWithinOneRow()
    {
        int read = 0;
        var ml = new MLContext();
        IDataView endless = ml.Data.LoadFromEnumerable(Rows(1_000_000).Select(row =>
        {
            if (++read == 10)
                cancel.Cancel();
            return row;
        }));

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(Options() with { CancellationToken = cancel.Token }, ml, endless));

        Assert.IsLessThan(13, read);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "by the token"), DataRow(true, DisplayName = "by ML.NET")]
    public void AValidationThatIsCancelledIsMadeUpForOnResumption(bool byHost)
    {
        string expected = HashAfter(Options() with { ValidationSet = Data(new MLContext(), 10, seed: 2) });
        var ml = new MLContext();
        int rounds = 0;
        // The first round counts the rows; the third belongs to the second epoch.
        IDataView validation = ml.Data.LoadFromEnumerable(Counted());
        var options = Options() with { CheckpointDirectory = folder, AveragingDecay = 0 };

        if (byHost)
            Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options with { ValidationSet = validation }, ml));
        else
            Fit(options with { ValidationSet = validation, CancellationToken = cancel.Token }, ml).Dispose();
        using ModuleTransformer model = Fit(options with { ValidationSet = Data(new MLContext(), 10, seed: 2), Resume = true });

        Assert.AreEqual(expected, HashOf(model));
        Assert.HasCount(3, model.History.Epochs);

        IEnumerable<Row> Counted()
        {
            rounds++;
            foreach ((int i, Row row) in Rows(10, seed: 2).Index())
            {
                if (rounds == 3 && i == 5)
                    (byHost ? () => CancelExecution(ml) : (Action)cancel.Cancel)();
                yield return row;
            }
        }
    }

    [TestMethod]
    public void MLNetsOwnCancellationSavesACheckpointAndThrows()
    {
        string expected = HashAfter(Options());
        var ml = new MLContext();
        var options = Options() with { CheckpointDirectory = folder };

        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options with
        {
            Progress = new Reports(report =>
            {
                if (report.Step == 8)
                    CancelExecution(ml);
            }),
        }, ml));

        var reports = new Reports();
        Assert.AreEqual(expected, HashAfter(options with { Resume = true, Progress = reports }));
        Assert.AreEqual(9, reports.All[0].Step);
    }

    private Action<TrainingProgress> CancelAt(long step) => report =>
    {
        if (report.Step == step)
            cancel.Cancel();
    };

    // Public only by Microsoft.ML.Experimental.
    private static void CancelExecution(MLContext ml) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.Invoke(ml, null);
}
