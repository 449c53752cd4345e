using Microsoft.ML;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>A case whose estimator learns. It makes at least six updates, in more than one epoch.</summary>
internal interface ITrainingCase
{
    /// <summary>The estimator with its options changed.</summary>
    IEstimator<ITransformer> Create(MLContext ml, Func<TrainingOptions, TrainingOptions> change);

    /// <summary>The case's rows, one of which cannot be trained on.</summary>
    IDataView DataWithBadRow(MLContext ml, int count, int bad);
}

/// <inheritdoc cref="ITrainingCase"/>
/// <typeparam name="TRow">Has the inputs as properties.</typeparam>
/// <typeparam name="TPrediction">Has the outputs as properties.</typeparam>
/// <typeparam name="TOptions">What the trainer is told.</typeparam>
internal abstract class TrainingCase<TRow, TPrediction, TOptions> : ConformanceCase<TRow, TPrediction>, ITrainingCase
    where TRow : ConformanceRow, new()
    where TPrediction : class, new()
    where TOptions : TrainingOptions
{
    /// <summary>Options of a run of seconds, with every column's name passed through <paramref name="name"/>.</summary>
    protected abstract TOptions Options(Func<string, string> name);

    protected abstract IEstimator<ITransformer> Create(MLContext ml, TOptions options);

    /// <summary>Makes a row useless for training.</summary>
    protected abstract void Spoil(TRow row);

    public sealed override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) => Create(ml, Options(name));

    public IEstimator<ITransformer> Create(MLContext ml, Func<TrainingOptions, TrainingOptions> change) =>
        Create(ml, (TOptions)change(Options(name => name)));

    public IDataView DataWithBadRow(MLContext ml, int count, int bad)
    {
        TRow[] rows = [.. Enumerable.Range(0, count).Select(NewRow)];
        Spoil(rows[bad]);
        return ml.Data.LoadFromEnumerable(rows);
    }
}
