using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>An estimator among others.</summary>
[TestClass]
public sealed class ChainConformanceTests
{
    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void AChainWithLabelMappingServesFromAZip(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var chain = (TransformerChain<ITransformer>)Chains.Whole(fitted.ML, fitted.Case).Fit(fitted.Data);
        string[] columns = [.. fitted.Case.Outputs, .. fitted.Case.PredictedLabels.Select(predicted => $"{predicted}Text"), "Before", "After", "Vector"];
        object[][] expected = ColumnValues.Read(chain.Transform(fitted.Data), columns);

        ITransformer served = ConformanceCase.NewContext().Model.Load(new MemoryStream(fitted.Zip(chain.GetModelFor(TransformerScope.Scoring))), out _);
        IDataView withoutTargets = fitted.ML.Transforms.DropColumns([.. fitted.Case.Inputs.Where(input => input.IsTarget)
            .SelectMany(input => (string?[])[input.Name, input.AsText]).OfType<string>().DefaultIfEmpty("Flag")]).Fit(fitted.Data).Transform(fitted.Data);
        ColumnValues.AssertEqual(expected, ColumnValues.Read(served.Transform(withoutTargets), columns), "served chain", tolerance: 0);
        using PredictionEngineUse engine = fitted.Case.CreateEngine(fitted.ML, served);
        object[][] outputs = [.. expected.Select(row => row[..fitted.Case.Outputs.Count])];
        ColumnValues.AssertEqual(outputs, [.. Enumerable.Range(0, FittedCase.RowCount).Select(engine.Predict)], "engine on the chain");
        chain.Dispose();
        (served as IDisposable)?.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void OtherColumnNamesChangeNothingElse(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        ITransformer model = Chains.Renamed(fitted.ML, fitted.Case).Fit(fitted.Data);
        IDataView transformed = model.Transform(fitted.Data);
        CollectionAssert.DoesNotContain(transformed.Schema.Select(column => column.Name).ToArray(), fitted.Case.Outputs[0]);
        ColumnValues.AssertEqual(fitted.Values, ColumnValues.Read(transformed, fitted.Case.Outputs.Select(Chains.Rename)), "renamed", tolerance: 0);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void TwoInAChainReadTheSourceOnce(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var source = new RecordingView(fitted.Data);
        ITransformer second = Chains.Renamed(fitted.ML, fitted.Case).Fit(fitted.Data);
        IDataView both = second.Transform(fitted.Model.Transform(source));
        string[] firstOutputs = [.. fitted.Case.Outputs], secondOutputs = [.. fitted.Case.Outputs.Select(Chains.Rename)];
        object[][] rows = ColumnValues.Read(both, [.. firstOutputs, .. secondOutputs]);
        ColumnValues.AssertEqual(fitted.Values, [.. rows.Select(row => row[..firstOutputs.Length])], "first");
        ColumnValues.AssertEqual(fitted.Values, [.. rows.Select(row => row[firstOutputs.Length..])], "second");
        Assert.HasCount(1, source.Cursors);
        Assert.AreEqual(FittedCase.RowCount, source.RowsRead);
        Assert.AreEqual(0, source.OpenCursors);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void WhatNobodyAsksForIsNotComputed(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var source = new RecordingView(fitted.Data);
        ColumnValues.Read(fitted.Model.Transform(source), [nameof(ConformanceRow.Text)]);
        CollectionAssert.AreEqual(new[] { nameof(ConformanceRow.Text) }, source.Cursors.Single().ToArray());

        IRowToRowMapper mapper = fitted.Model.GetRowToRowMapper(fitted.Data.Schema);
        CollectionAssert.AreEqual(new[] { nameof(ConformanceRow.Text) },
            mapper.GetDependencies([mapper.OutputSchema[nameof(ConformanceRow.Text)]]).Select(column => column.Name).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void ColumnsOfEveryTypePassThrough(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        object[][] expected = ColumnValues.Read(fitted.Data, ConformanceRow.PassThrough);
        IDataView transformed = fitted.Model.Transform(fitted.Data);
        ColumnValues.AssertEqual(expected, ColumnValues.Read(transformed, ConformanceRow.PassThrough), "alone", tolerance: 0);
        object[][] beside = ColumnValues.Read(transformed, [.. ConformanceRow.PassThrough, .. fitted.Case.Outputs]);
        ColumnValues.AssertEqual(expected, [.. beside.Select(row => row[..ConformanceRow.PassThrough.Count])], "beside results", tolerance: 0);
    }
}
