using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>A column that an estimator reads.</summary>
/// <param name="Name">Its name, as the estimator has it by default.</param>
/// <param name="FitsToo">Columns of <see cref="ConformanceRow"/> that the estimator rightly accepts in its place.</param>
internal sealed record InputColumn(string Name, params string[] FitsToo)
{
    /// <summary>True if only training reads it.</summary>
    public bool IsTarget { get; init; }

    /// <summary>True if only the fitted transformer reads it.</summary>
    public bool IsForPrediction { get; init; }

    /// <summary>For a column of keys: one with the classes as text.</summary>
    public string? AsText { get; init; }
}

/// <summary>One system, made small enough to be trained within seconds. All that is to be written for a new system's conformance.</summary>
internal abstract class ConformanceCase
{
    public string Name => GetType().Name;

    public abstract Type EstimatorType { get; }

    public abstract IReadOnlyList<InputColumn> Inputs { get; }

    public abstract IReadOnlyList<string> Outputs { get; }

    /// <summary>The output columns of keys that have the label's key values.</summary>
    public virtual IReadOnlyList<string> PredictedLabels => [];

    /// <summary>True if the transformer runs a network, which is to be disposed.</summary>
    public virtual bool HasNetwork => this is ITrainingCase;

    /// <summary>True if a row whose inputs are all missing has a result.</summary>
    public virtual bool AcceptsMissingInputs => false;

    /// <summary>True if a model keeps a copy of its network that was prepared for inference.</summary>
    public virtual bool KeepsPreparedCopy => false;

    /// <summary>Parameters of networks that training needs and the model does not.</summary>
    public virtual int ParametersOfTrainingAlone => 0;

    /// <summary>True if all batch normalisation of that copy was folded into biases.</summary>
    public virtual bool FoldsNormalisation => KeepsPreparedCopy;

    /// <summary>True if that copy has another number format: TorchSharp then makes its parameters a second time.</summary>
    public virtual bool ConvertsPreparedCopy => false;

    /// <summary>The estimator with every column's name passed through <paramref name="name"/>.</summary>
    public abstract IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name);

    public IEstimator<ITransformer> Create(MLContext ml) => Create(ml, name => name);

    /// <summary>Rows of which the first are always the same.</summary>
    public abstract IDataView Data(MLContext ml, int count);

    /// <summary>The same rows from a source that gives each of them once, whoever asks.</summary>
    public abstract IDataView OneShotData(MLContext ml, int count);

    /// <summary>One row of which the inputs are missing: null, empty.</summary>
    public abstract IDataView MissingData(MLContext ml);

    /// <summary>Values of the outputs by way of CreateEnumerable.</summary>
    public abstract object[][] Enumerate(MLContext ml, IDataView transformed, bool reuseRow);

    /// <summary>A PredictionEngine as a function from row number to values of the outputs.</summary>
    public abstract PredictionEngineUse CreateEngine(MLContext ml, ITransformer model);

    /// <summary>A context that can load every model of the tests.</summary>
    public static MLContext NewContext(int seed = 1)
    {
        var ml = new MLContext(seed);
        ml.ComponentCatalog.RegisterAssembly(typeof(ConformanceCase).Assembly);
        return ml;
    }

    public override string ToString() => Name;
}

/// <summary>An engine that does not own its model.</summary>
internal sealed record PredictionEngineUse(Func<int, object[]> Predict, Action Dispose) : IDisposable
{
    void IDisposable.Dispose() => Dispose();
}

/// <inheritdoc cref="ConformanceCase"/>
/// <typeparam name="TRow">Has the inputs as properties.</typeparam>
/// <typeparam name="TPrediction">Has the outputs as properties.</typeparam>
internal abstract class ConformanceCase<TRow, TPrediction> : ConformanceCase
    where TRow : ConformanceRow, new()
    where TPrediction : class, new()
{
    private readonly ConcurrentDictionary<int, TRow> rows = new();

    /// <summary>Sets the inputs; all randomness comes from the row's number.</summary>
    protected abstract void Fill(TRow row, int number);

    protected virtual TRow Missing() => new();

    public sealed override IReadOnlyList<string> Outputs => [.. typeof(TPrediction).GetProperties().Select(property => property.Name)];

    public sealed override IDataView Data(MLContext ml, int count) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(Row).ToList());

    public sealed override IDataView OneShotData(MLContext ml, int count)
    {
        var queue = new BlockingCollection<TRow>();
        for (int i = 0; i < count; i++)
            queue.Add(Row(i));
        queue.CompleteAdding();
        return ml.Data.LoadFromEnumerable(queue.GetConsumingEnumerable());
    }

    public sealed override IDataView MissingData(MLContext ml) => ml.Data.LoadFromEnumerable([Missing()]);

    public sealed override object[][] Enumerate(MLContext ml, IDataView transformed, bool reuseRow) =>
        [.. ml.Data.CreateEnumerable<TPrediction>(transformed, reuseRow).Select(Values)];

    public sealed override PredictionEngineUse CreateEngine(MLContext ml, ITransformer model)
    {
        PredictionEngine<TRow, TPrediction> engine =
            ml.Model.CreatePredictionEngine<TRow, TPrediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return new PredictionEngineUse(number => Values(engine.Predict(Row(number))), engine.Dispose);
    }

    protected TRow NewRow(int number)
    {
        var row = new TRow();
        row.FillPassThrough(number);
        Fill(row, number);
        return row;
    }

    private TRow Row(int number) => rows.GetOrAdd(number, NewRow);

    private static object[] Values(TPrediction prediction) =>
        [.. typeof(TPrediction).GetProperties().Select(property => ColumnValues.Comparable(property.GetValue(prediction)))];
}
