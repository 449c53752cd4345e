using System.Globalization;
using Microsoft.ML;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;
using MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

namespace MLNetDeepExtensions.Tests.Acceptance.Pipelines;

/// <summary>
/// Models saved by earlier versions stay loadable and predict what they predicted. ACCEPT_GOLDEN=folder writes the files of the present format that are not
/// there yet; those that are there are never written again.
/// </summary>
[TestClass]
public sealed class GoldenModelTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "golden", "models");

    public static IEnumerable<object[]> Formats => [[1]];

    [ClassInitialize]
    public static void Accept(TestContext _)
    {
        if (Environment.GetEnvironmentVariable("ACCEPT_GOLDEN") is not { Length: > 0 } folder)
            return;
        FittedCase fitted = FittedCase.Of(nameof(ModuleCase));
        string name = NameOf(ModelZipFormat.Current);
        if (File.Exists(Path.Combine(folder, $"{name}.zip")))
            return;
        ITransformer chain = Chains.Whole(fitted.ML, fitted.Case).Fit(fitted.Data);
        fitted.ML.Model.Save(chain, fitted.Data.Schema, Path.Combine(folder, $"{name}.zip"));
        File.WriteAllLines(Path.Combine(folder, $"{name}.txt"), Lines(fitted.Case, fitted.ML, chain));
    }

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void AModelOfEveryFormatLoadsAndPredictsAsItDid(int format)
    {
        MLContext ml = ConformanceCase.NewContext();
        ITransformer model = ml.Model.Load(Path.Combine(Folder, $"{NameOf(format)}.zip"), out DataViewSchema schema);
        Assert.IsNotNull(schema.GetColumnOrNull("Features"));
        string[] expected = File.ReadAllLines(Path.Combine(Folder, $"{NameOf(format)}.txt"));
        string[] actual = [.. Lines(ConformanceCases.Named(nameof(ModuleCase)), ml, model)];
        Assert.HasCount(expected.Length, actual);
        foreach ((string before, string now) in expected.Zip(actual))
        {
            string[] old = before.Split(' '), present = now.Split(' ');
            Assert.AreEqual(old[0], present[0]);
            for (int i = 1; i < old.Length; i++)
                Assert.AreEqual(Number(old[i]), Number(present[i]), 1e-5f);
        }
    }

    [TestMethod]
    public void ThePresentFormatHasAModel() => Assert.IsTrue(Formats.Any(format => (int)format[0] == ModelZipFormat.Current));

    private static string NameOf(int format) => $"module-format{format}";

    /// <summary>For each row the predicted label as text and the scores.</summary>
    private static IEnumerable<string> Lines(ConformanceCase testCase, MLContext ml, ITransformer model) =>
        ColumnValues.Read(model.Transform(testCase.Data(ml, 12)), ["PredictedLabelText", "Score"])
            .Select(row => $"{((string)row[0]).Replace(' ', '_')} {string.Join(' ', ((object[])row[1]).Cast<float>().Select(score => score.ToString(CultureInfo.InvariantCulture)))}");

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
