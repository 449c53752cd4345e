using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>Every way to a model's predictions gives the same ones.</summary>
[TestClass]
public sealed class ValueConformanceTests
{
    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void RowsDifferAndAreFinite(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        Assert.HasCount(FittedCase.RowCount, fitted.Values);
        var texts = fitted.Values.Select(row => string.Join(";", Flat(row))).ToHashSet();
        Assert.IsGreaterThan(FittedCase.RowCount / 2, texts.Count, "Rows with the same result show nothing.");
        Assert.IsTrue(fitted.Values.SelectMany(Flat).OfType<float>().All(float.IsFinite));
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void ALoadedModelGivesTheSame(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        ITransformer loaded = fitted.Reload();
        ColumnValues.AssertEqual(fitted.Values, ColumnValues.Read(loaded.Transform(fitted.Data), fitted.Case.Outputs), "loaded", tolerance: 0);
        Assert.AreEqual(fitted.WeightsHash(fitted.Model), fitted.WeightsHash(loaded));
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void TheRowMapperGivesTheSame(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        IRowToRowMapper mapper = fitted.Model.GetRowToRowMapper(fitted.Data.Schema);
        DataViewSchema.Column[] outputs = [.. fitted.Case.Outputs.Select(output => mapper.OutputSchema[output])];
        using DataViewRowCursor cursor = fitted.Data.GetRowCursor(mapper.GetDependencies(outputs));
        Func<object[]> read = ColumnValues.Bind(mapper.GetRow(cursor, outputs), outputs);
        var rows = new List<object[]>();
        while (cursor.MoveNext())
            rows.Add(read());
        ColumnValues.AssertEqual(fitted.Values, [.. rows], "row mapper");
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void CreateEnumerableAndPredictionEngineGiveTheSame(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        foreach (bool reuseRow in (bool[])[false, true])
            ColumnValues.AssertEqual(fitted.Values, fitted.Case.Enumerate(fitted.ML, fitted.Model.Transform(fitted.Data), reuseRow), $"enumerable, reuse {reuseRow}");
        using PredictionEngineUse engine = fitted.Case.CreateEngine(fitted.ML, fitted.Model);
        ColumnValues.AssertEqual(fitted.Values, [.. Enumerable.Range(0, FittedCase.RowCount).Select(engine.Predict)], "engine");
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void AOneShotSourcePairsEveryRowWithItsOwnResult(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        string[] columns = [.. fitted.Case.Outputs, .. ConformanceRow.PassThrough];
        object[][] expected = [.. fitted.Values.Zip(ColumnValues.Read(fitted.Data, ConformanceRow.PassThrough), (result, passed) => (object[])[.. result, .. passed])];
        ColumnValues.AssertEqual(expected, ColumnValues.Read(fitted.Model.Transform(fitted.Case.OneShotData(fitted.ML, FittedCase.RowCount)), columns), "one-shot");
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void ARowWithoutInputsIsDealtWith(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        IDataView transformed = fitted.Model.Transform(fitted.Case.MissingData(fitted.ML));
        if (fitted.Case.AcceptsMissingInputs)
        {
            Assert.HasCount(1, ColumnValues.Read(transformed, fitted.Case.Outputs));
            return;
        }
        var refusal = Assert.Throws<InvalidDataException>(() => ColumnValues.Read(transformed, fitted.Case.Outputs));
        Assert.Contains($"'{fitted.Case.Inputs[0].Name}'", refusal.Message);
        Assert.Contains("Row 0", refusal.Message);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void AnEmptyViewGivesNoRows(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        Assert.IsEmpty(ColumnValues.Read(fitted.Model.Transform(fitted.Case.Data(fitted.ML, 0)), fitted.Case.Outputs));
    }

    private static IEnumerable<object> Flat(object value) => value is object[] array ? array.SelectMany(Flat) : [value];
}
