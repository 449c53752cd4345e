using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Bridge;

/// <summary>A transformer without a network: each row is mapped on its own by the thread that reads it, so that ML.NET may read with several.</summary>
public abstract class SavableRowTransformer : SavableTransformer
{
    private protected SavableRowTransformer(IHostEnvironment env)
        : base(env)
    {
    }

    /// <inheritdoc/>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return RowToRowMapperTransform.GetOutputSchema(inputSchema, new Mapper(this, inputSchema));
    }

    /// <inheritdoc/>
    public sealed override IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new RowToRowMapperTransform(Host, input, new Mapper(this, input.Schema), schema => new Mapper(this, schema));
    }

    /// <inheritdoc/>
    public sealed override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return new RowToRowMapperTransform(Host, new EmptyDataView(Host, inputSchema), new Mapper(this, inputSchema), schema => new Mapper(this, schema));
    }

    /// <summary>The column that is read, checked.</summary>
    private protected abstract DataViewSchema.Column FindInput(DataViewSchema schema);

    /// <summary>The column that is added.</summary>
    private protected abstract DataViewSchema.DetachedColumn Output { get; }

    /// <summary>A getter of the added column for the row or cursor.</summary>
    private protected abstract Delegate Getter(DataViewRow input, DataViewSchema.Column inputColumn);

    private sealed class Mapper(SavableRowTransformer transformer, DataViewSchema schema) : IRowMapper
    {
        private readonly DataViewSchema.Column input = transformer.FindInput(schema);

        public DataViewSchema.DetachedColumn[] GetOutputColumns() => [transformer.Output];

        public Func<int, bool> GetDependencies(Func<int, bool> activeOutput) => column => activeOutput(0) && column == input.Index;

        public Delegate[] CreateGetters(DataViewRow row, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            return activeOutput(0) ? [transformer.Getter(row, row.Schema[input.Index])] : [null!];
        }

        public ITransformer GetTransformer() => transformer;

        public void Save(ModelSaveContext ctx) => ((ICanSaveModel)transformer).Save(ctx);
    }
}
