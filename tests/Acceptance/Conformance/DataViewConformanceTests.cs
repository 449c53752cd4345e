using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>The transformed view does what views of ML.NET do, and ML.NET's operations on data work before and after it.</summary>
[TestClass]
public sealed class DataViewConformanceTests
{
    private const string Number = nameof(ConformanceRow.Number);

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void TakingSkippingFilteringShufflingAndCachingKeepResultsWithTheirRows(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        DataOperationsCatalog data = fitted.ML.Data;
        var operations = new Dictionary<string, Func<IDataView, IDataView>>
        {
            ["take"] = view => data.TakeRows(view, 5),
            ["skip"] = view => data.SkipRows(view, 5),
            ["skip and take"] = view => data.TakeRows(data.SkipRows(view, 3), 6),
            ["filter"] = view => data.FilterRowsByColumn(view, nameof(ConformanceRow.Single), lowerBound: 1.5, upperBound: 4),
            ["shuffle"] = view => data.ShuffleRows(view, seed: 3),
            ["cache"] = view => data.Cache(view),
            ["parallel"] = view => new RowSetView(view),
        };
        foreach ((string operation, Func<IDataView, IDataView> apply) in operations)
        {
            IDataView before = apply(fitted.Data);
            if (KeepsInputs(fitted, before))
                AssertOwnResults(fitted, fitted.Model.Transform(before), $"{operation} before");
            else
                Assert.Contains(operation, (string[])["shuffle", "cache"]);
            AssertOwnResults(fitted, apply(fitted.Model.Transform(fitted.Data)), $"{operation} after");
        }
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void TakingAFewRowsReadsAFewRows(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var source = new RecordingView(fitted.Case.Data(fitted.ML, 100));
        Assert.HasCount(3, ColumnValues.Read(fitted.ML.Data.TakeRows(fitted.Model.Transform(source), 3), fitted.Case.Outputs));
        Assert.IsLessThan(50, source.RowsRead);
        Assert.AreEqual(0, source.OpenCursors);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void BinaryFilesKeepTheResults(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var stream = new MemoryStream();
        IDataView transformed = fitted.Model.Transform(fitted.Data);
        fitted.ML.Data.SaveAsBinary(transformed, stream);
        using var file = new Images.TemporaryFolder();
        File.WriteAllBytes(file.PathOf("rows.idv"), stream.ToArray());
        IDataView loaded = fitted.ML.Data.LoadFromBinary(file.PathOf("rows.idv"));
        string[] kept = [.. fitted.Case.Outputs.Append(Number).Where(output => loaded.Schema.GetColumnOrNull(output) is not null)];
        Assert.AreEqual(fitted.Case.Outputs.Count(output => transformed.Schema[output].Type is not Microsoft.ML.Transforms.Image.ImageDataViewType) + 1, kept.Length);
        ColumnValues.AssertEqual(ColumnValues.Read(transformed, kept), ColumnValues.Read(loaded, kept), "binary");
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void PreviewAndShuffledCursorsWork(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        IDataView transformed = fitted.Model.Transform(fitted.Data);
        Assert.HasCount(4, transformed.Preview(maxRows: 4).RowView);
        Assert.AreEqual(fitted.Data.CanShuffle, transformed.CanShuffle);
        Assert.AreEqual(fitted.Data.GetRowCount(), transformed.GetRowCount());
        using DataViewRowCursor cursor = transformed.GetRowCursor(transformed.Schema, new Random(1));
        var ids = new HashSet<DataViewRowId>();
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        DataViewRowId value = default;
        for (long position = 0; cursor.MoveNext(); position++)
        {
            Assert.AreEqual(position, cursor.Position);
            id(ref value);
            Assert.IsTrue(ids.Add(value));
        }
        Assert.HasCount(FittedCase.RowCount, ids);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void SplitsCanBeFittedAndTransformed(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var folds = fitted.ML.Data.CrossValidationSplit(fitted.Data, numberOfFolds: 2, seed: 1).ToList();
        folds.Add(fitted.ML.Data.TrainTestSplit(fitted.Data, testFraction: 0.3, seed: 1));
        foreach (DataOperationsCatalog.TrainTestData fold in folds)
        {
            ITransformer model = fitted.Case.Create(fitted.ML).Fit(fold.TrainSet);
            int train = ColumnValues.Read(model.Transform(fold.TrainSet), fitted.Case.Outputs).Length;
            int test = ColumnValues.Read(model.Transform(fold.TestSet), fitted.Case.Outputs).Length;
            Assert.AreEqual(FittedCase.RowCount, train + test);
            Assert.AreNotEqual(0, test);
            (model as IDisposable)?.Dispose();
        }
    }

    /// <summary>False where ML.NET's cache and shuffling left out an input, as they do with images.</summary>
    private static bool KeepsInputs(FittedCase fitted, IDataView view) =>
        fitted.Case.Inputs.All(input => input.IsTarget || view.Schema.GetColumnOrNull(input.Name) is not null);

    private static void AssertOwnResults(FittedCase fitted, IDataView view, string what)
    {
        int[] kept = [.. Enumerable.Range(0, fitted.Case.Outputs.Count).Where(i => view.Schema.GetColumnOrNull(fitted.Case.Outputs[i]) is not null)];
        string[] columns = [Number, .. kept.Select(i => fitted.Case.Outputs[i])];
        object[][] rows = ColumnValues.Read(view, columns);
        Assert.IsNotEmpty(rows, what);
        object[][] expected = [.. rows.Select(row => (object[])[row[0], .. kept.Select(i => fitted.Values[(int)row[0]][i])])];
        ColumnValues.AssertEqual(expected, rows, what);
    }

    /// <summary>A view that reads its source the way ML.NET's parallel readers do.</summary>
    private sealed class RowSetView(IDataView source) : IDataView
    {
        public DataViewSchema Schema => source.Schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => source.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            DataViewRowCursor[] cursors = source.GetRowCursorSet(columnsNeeded, 1, rand);
            return cursors.Single();
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            source.GetRowCursorSet(columnsNeeded, n, rand);
    }
}
