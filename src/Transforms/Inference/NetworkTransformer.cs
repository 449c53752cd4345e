using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Inference;

/// <summary>
/// A transformer that runs a network over batches of rows. <see cref="Transform"/> is lazy, reads its source with one cursor and runs the network once per
/// batch; many PredictionEngines may use one model at the same time. Dispose frees the weights after the forward passes that are under way.
/// </summary>
/// <typeparam name="TInput">What is read from a row.</typeparam>
/// <typeparam name="TResult">What the network says about it.</typeparam>
public abstract class NetworkTransformer<TInput, TResult> : SavableTransformer, IDisposable
{
    private protected NetworkTransformer(IHostEnvironment env) : base(env)
    {
    }

    /// <summary>How the model was trained; without epochs if it was loaded.</summary>
    public TrainingHistory History { get; internal init; } = TrainingHistory.None;

    /// <summary>Rows that the network runs on at once in <see cref="Transform"/>.</summary>
    private protected abstract int BatchSize { get; }

    /// <summary>Checks the input columns and says how a row is read.</summary>
    private protected abstract RowReader<TInput> ReaderFor(DataViewSchema schema);

    /// <summary>The same for a view, which need not refuse at once what it cannot read.</summary>
    private protected virtual RowReader<TInput> ReaderForView(DataViewSchema schema) => ReaderFor(schema);

    /// <summary>The columns added.</summary>
    private protected abstract IReadOnlyList<ResultColumn<TResult>> Results { get; }

    /// <summary>Runs the network; one result for each input, in order.</summary>
    private protected abstract IReadOnlyList<TResult> Run(IReadOnlyList<TInput> inputs);

    /// <inheritdoc/>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        _ = ReaderFor(inputSchema);
        return Bindings(inputSchema).Schema;
    }

    /// <inheritdoc/>
    public sealed override IDataView Transform(IDataView input) =>
        new BatchedView<TInput, TResult>(Host, input, ReaderForView(input.Schema), Bindings(input.Schema), Results, BatchSize, Run);

    /// <inheritdoc/>
    public sealed override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        new BatchedRowMapper<TInput, TResult>(ReaderFor(inputSchema), Bindings(inputSchema), Results, Run);

    /// <summary>Frees the weights, once all that share them are disposed and no forward pass is under way.</summary>
    public abstract void Dispose();

    private ColumnBindings Bindings(DataViewSchema schema) => new(schema, [.. Results.Select(result => result.Definition)]);
}
