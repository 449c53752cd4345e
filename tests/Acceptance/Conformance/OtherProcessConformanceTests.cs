using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Torch;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>A zip saved by one process predicts the same in another one, which knows nothing but the zip.</summary>
[TestClass]
public sealed class OtherProcessConformanceTests
{
    private const string FolderVariable = "CONFORMANCE_MODELS";

    /// <summary>Starts itself as another process, which finds the folder of models in its environment.</summary>
    [TestMethod]
    public void PredictionsInAnotherProcessAreTheSame()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } given)
        {
            foreach (ConformanceCase testCase in ConformanceCases.All)
                File.WriteAllText(Path.Combine(given, $"{testCase.Name}.json"), LoadAndPredict(testCase, Path.Combine(given, $"{testCase.Name}.zip")));
            return;
        }
        using var folder = new TemporaryFolder();
        foreach (ConformanceCase testCase in ConformanceCases.All)
        {
            FittedCase fitted = FittedCase.Of(testCase.Name);
            fitted.ML.Model.Save(fitted.Model, fitted.Data.Schema, folder.PathOf($"{testCase.Name}.zip"));
        }
        RunInAnotherProcess(folder.Path);
        foreach (ConformanceCase testCase in ConformanceCases.All)
        {
            FittedCase fitted = FittedCase.Of(testCase.Name);
            Assert.AreEqual(Predict(testCase, fitted.ML, fitted.Model), File.ReadAllText(folder.PathOf($"{testCase.Name}.json")), testCase.Name);
        }
    }

    private static void RunInAnotherProcess(string folder)
    {
        string executable = Path.Combine(AppContext.BaseDirectory, typeof(OtherProcessConformanceTests).Assembly.GetName().Name! + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(executable, ["--filter", $"FullyQualifiedName~{nameof(OtherProcessConformanceTests)}", "--results-directory", folder])
        {
            RedirectStandardOutput = true, Environment = { [FolderVariable] = folder },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
    }

    private static string LoadAndPredict(ConformanceCase testCase, string path)
    {
        // Only modules of one's own need anything said before.
        MLContext ml = testCase.EstimatorType == typeof(ModuleTrainer) ? ConformanceCase.NewContext() : new MLContext();
        return Predict(testCase, ml, ml.Model.Load(path, out _));
    }

    /// <summary>What Transform, CreateEnumerable and a PredictionEngine give, as text.</summary>
    private static string Predict(ConformanceCase testCase, MLContext ml, ITransformer model)
    {
        IDataView data = testCase.Data(ml, FittedCase.RowCount);
        using PredictionEngineUse engine = testCase.CreateEngine(ml, model);
        return JsonSerializer.Serialize(new
        {
            Transform = ColumnValues.Read(model.Transform(data), testCase.Outputs),
            Enumerable = testCase.Enumerate(ml, model.Transform(data), reuseRow: false),
            Engine = Enumerable.Range(0, FittedCase.RowCount).Select(engine.Predict),
        });
    }
}
