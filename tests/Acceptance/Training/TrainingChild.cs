using Microsoft.ML;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;
using MLNetDeepExtensions.Tests.Training;

namespace MLNetDeepExtensions.Tests.Acceptance.Training;

/// <summary>A process that trains the estimator of a case, resuming what the folder holds, and tells of every update: there to be
/// killed.</summary>
internal static class TrainingChild
{
    public const string Name = "train";

    /// <summary>The line that tells of the weights in the end.</summary>
    public const string HashStart = "weights ";

    /// <summary>The line that tells of a finished update.</summary>
    public static string Line(long update) => $"update {update}";

    public static int Run(string caseName, string folder)
    {
        TestRun.PrepareTorch();
        ConformanceCase testCase = ConformanceCases.Named(caseName);
        MLContext ml = ConformanceCase.NewContext();
        IDataView data = testCase.Data(ml, FittedCase.RowCount);
        ITransformer model = ((ITrainingCase)testCase).Create(ml, options => options with
        {
            CheckpointDirectory = folder, CheckpointEverySteps = 1, Resume = true, Progress = new Reports(report => Console.WriteLine(Line(report.Step))),
        }).Fit(data);
        Console.WriteLine(HashStart + FittedCase.WeightsHash(ml, model, data));
        return 0;
    }
}
