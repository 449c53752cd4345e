using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Tests.Training;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>What docs/training.md promises of every trainer: interruption, resumption, rows that cannot be used.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainingConformanceTests
{
    private const int BadRow = 5;

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void RemoveFolder() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.LearningNames), typeof(ConformanceCases))]
    public void AKilledRunEndsWithTheWeightsOfAnUninterruptedOne(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        foreach (int update in (int[])[2, 6])
            Assert.ThrowsExactly<TimeoutException>(() => Resume(fitted, new Reports(report => Kill(report, update))));
        var reports = new Reports();
        using var resumed = (IDisposable)Resume(fitted, reports);

        Assert.AreEqual(fitted.WeightsHash(fitted.Model), fitted.WeightsHash((ITransformer)resumed));
        Assert.AreEqual(6, reports.All[0].Step, "The checkpoint of an update is written after its report.");

        static void Kill(TrainingProgress report, int update)
        {
            if (report.Step == update)
                throw new TimeoutException();
        }
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.LearningNames), typeof(ConformanceCases))]
    public void ACancelledRunStopsWithinOneUpdateAndResumesThere(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        using var cancel = new CancellationTokenSource();
        var cancelled = new Reports(report =>
        {
            if (report.Step == 3)
                cancel.Cancel();
        });
        ((IDisposable)Fit(fitted, options => options with { CheckpointDirectory = folder.Path, CancellationToken = cancel.Token, Progress = cancelled })).Dispose();
        var reports = new Reports();
        using var resumed = (IDisposable)Resume(fitted, reports);

        Assert.AreEqual(3, cancelled.All[^1].Step);
        Assert.AreEqual(4, reports.All[0].Step);
        Assert.AreEqual(fitted.WeightsHash(fitted.Model), fitted.WeightsHash((ITransformer)resumed));
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.LearningNames), typeof(ConformanceCases))]
    public void ARowThatCannotBeUsedIsNamedOrSkipped(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var warnings = new List<string>();
        MLContext ml = ConformanceCase.NewContext();
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        var learner = (ITrainingCase)fitted.Case;
        IDataView data = learner.DataWithBadRow(ml, FittedCase.RowCount, BadRow);

        var fault = Assert.ThrowsExactly<InvalidDataException>(() => learner.Create(ml, options => options).Fit(data));
        using var model = (IDisposable)learner.Create(ml, options => options with { BadRows = BadRows.Skip, MaxEpochs = 1 }).Fit(data);

        Assert.StartsWith($"Row {BadRow} of the training data cannot be used: ", fault.Message);
        Assert.Contains($"{fault.Message} It is skipped.", warnings);
        Assert.HasCount(FittedCase.RowCount, ColumnValues.Read(((ITransformer)model).Transform(fitted.Data), fitted.Case.Outputs));
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.LearningNames), typeof(ConformanceCases))]
    public void AFailedFitLeavesNoTensorBehind(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        long before = LiveTensors.Count();
        Assert.ThrowsExactly<TimeoutException>(() => Fit(fitted, options => options with { Progress = new Reports(_ => throw new TimeoutException()) }));

        // TorchSharp counts a parameter twice when it is made and once when it is disposed.
        Assert.AreEqual(before + fitted.Parameters + fitted.Case.ParametersOfTrainingAlone, TorchSharp.torch.Tensor.TotalCount);
    }

    private ITransformer Resume(FittedCase fitted, Reports reports) => Fit(fitted, options => options with
    {
        CheckpointDirectory = folder.Path, CheckpointEverySteps = 1, Resume = true, Progress = reports,
    });

    private static ITransformer Fit(FittedCase fitted, Func<TrainingOptions, TrainingOptions> change) =>
        ((ITrainingCase)fitted.Case).Create(ConformanceCase.NewContext(), change).Fit(fitted.Data);
}
