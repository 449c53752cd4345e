using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>What an estimator promises, its transformer delivers; what it cannot use, it refuses before it trains.</summary>
[TestClass]
public sealed class SchemaConformanceTests
{
    [TestMethod]
    public void EveryEstimatorHasACase()
    {
        string[] withoutCase = [.. ConformanceCases.Estimators.Except(ConformanceCases.All.Select(testCase => testCase.EstimatorType)).Select(type => type.Name)];
        Assert.IsNotEmpty(ConformanceCases.Estimators);
        Assert.IsEmpty(withoutCase, $"Without a ConformanceCase: {string.Join(", ", withoutCase)}");
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void PromisedColumnsAreDelivered(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        AssertKept(fitted.Case.Create(fitted.ML), fitted.Model, fitted.Data.Schema);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.LearningNames), typeof(ConformanceCases))]
    public void PromisedColumnsAreDeliveredForMappedLabels(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        IDataView mapped = Chains.LabelMapping(fitted.ML, fitted.Case).Fit(fitted.Data).Transform(fitted.Data);
        IEstimator<ITransformer> estimator = fitted.Case.Create(fitted.ML);
        ITransformer model = estimator.Fit(mapped);
        AssertKept(estimator, model, mapped.Schema);
        foreach (string predicted in fitted.Case.PredictedLabels)
        {
            InputColumn label = fitted.Case.Inputs.Single(input => input.AsText is not null);
            CollectionAssert.AreEqual(KeyNames(mapped.Schema[label.Name]), KeyNames(model.GetOutputSchema(mapped.Schema)[predicted]));
        }
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void AllWaysToTheSchemaAgree(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        DataViewSchema given = fitted.Data.Schema;
        IRowToRowMapper mapper = fitted.Model.GetRowToRowMapper(given);
        Assert.IsTrue(fitted.Model.IsRowToRowMapper);
        Assert.AreSame(given, mapper.InputSchema);
        foreach (DataViewSchema schema in (DataViewSchema[])[mapper.OutputSchema, fitted.Model.Transform(fitted.Data).Schema, fitted.Reload().GetOutputSchema(given)])
            CollectionAssert.AreEqual(Describe(ColumnShapes.Of(fitted.Model.GetOutputSchema(given))), Describe(ColumnShapes.Of(schema)));
        CollectionAssert.AreEqual(given.Concat(fitted.Case.Outputs.Select(output => mapper.OutputSchema[output])).Select(column => column.Name).ToArray(),
            mapper.OutputSchema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void TheZipKeepsTheSchemaGiven(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        _ = fitted.Reload(out DataViewSchema schema);
        // ML.NET's schema files have no images.
        var kept = ColumnShapes.Shape(ColumnShapes.Of(fitted.Data.Schema).Where(column => column.ItemType is not ImageDataViewType));
        CollectionAssert.AreEqual(Describe(kept), Describe(ColumnShapes.Of(schema)));
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void MissingColumnsAreRefused(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        foreach (InputColumn input in fitted.Case.Inputs)
            AssertRefused(fitted, input, fitted.ML.Transforms.DropColumns(input.Name).Fit(fitted.Data).Transform(fitted.Data), "missing");
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void ColumnsOfTheWrongTypeAreRefused(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        foreach (InputColumn input in fitted.Case.Inputs)
        {
            foreach (string other in ConformanceRow.PassThrough.Except(input.FitsToo))
                AssertRefused(fitted, input, fitted.ML.Transforms.CopyColumns(input.Name, other).Fit(fitted.Data).Transform(fitted.Data), other);
        }
    }

    private static void AssertRefused(FittedCase fitted, InputColumn input, IDataView data, string what)
    {
        IEstimator<ITransformer> estimator = fitted.Case.Create(fitted.ML);
        var actions = new List<Action>();
        if (!input.IsForPrediction)
        {
            actions.Add(() => estimator.GetOutputSchema(ColumnShapes.Of(data.Schema)));
            actions.Add(() => estimator.Fit(data));
        }
        if (!input.IsTarget)
        {
            actions.Add(() => fitted.Model.GetOutputSchema(data.Schema));
            actions.Add(input.IsForPrediction
                ? () => ColumnValues.Read(fitted.Model.Transform(data), fitted.Case.Outputs) : () => fitted.Model.Transform(data));
            actions.Add(() => fitted.Model.GetRowToRowMapper(data.Schema));
        }
        foreach (Action action in actions)
        {
            Exception? refusal = null;
            try
            {
                action();
            }
            catch (Exception exception)
            {
                refusal = exception;
            }
            Assert.IsTrue(refusal is ArgumentOutOfRangeException or InvalidOperationException, $"'{input.Name}', {what}: {refusal?.ToString() ?? "no exception"}");
            Assert.Contains($"'{input.Name}'", refusal!.Message);
        }
    }

    private static void AssertKept(IEstimator<ITransformer> estimator, ITransformer model, DataViewSchema input) => CollectionAssert.AreEqual(
        Describe(estimator.GetOutputSchema(ColumnShapes.Of(input))), Describe(ColumnShapes.Of(model.GetOutputSchema(input))));

    /// <summary>Vector kind, key flag, item type and annotations of every column.</summary>
    private static string[] Describe(SchemaShape shape) => [.. shape.OrderBy(column => column.Name, StringComparer.Ordinal).Select(Describe)];

    private static string Describe(SchemaShape.Column column) =>
        $"{column.Name}: {column.Kind} {(column.IsKey ? "key " : "")}{column.ItemType} {{{string.Join("; ", Describe(column.Annotations))}}}";

    private static string[] KeyNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(text => text.ToString())];
    }
}
