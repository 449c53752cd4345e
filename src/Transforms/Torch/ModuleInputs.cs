using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Torch;

/// <summary>The inputs of a module as one tensor: vectors and values stand side by side in the order given; an image or a key stands alone.</summary>
internal sealed class ModuleInputs(IHostEnvironment env, IReadOnlyList<Input> inputs)
{
    private const string Role = "input";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public void Check(SchemaShape schema)
    {
        foreach (Input input in inputs)
            input.Check(env, Role, schema);
    }

    /// <summary>Lengths of the vectors, by column.</summary>
    public Dictionary<string, int> SizesIn(DataViewSchema schema) => inputs
        .Select(input => (input.ColumnName, Size: input.SizeIn(schema.Find(env, Role, input.ColumnName))))
        .Where(input => input.Size is not null)
        .ToDictionary(input => input.ColumnName, input => input.Size!.Value);

    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of the wrong type, or a vector of another length than in training.</exception>
    public RowReader<object[]> For(DataViewSchema schema, IReadOnlyDictionary<string, int> sizes)
    {
        Check(ColumnShapes.Of(schema));
        foreach ((string name, int size) in SizesIn(schema))
        {
            if (sizes[name] != size)
                throw ColumnShapes.Mismatch(env, Role, name, $"Vector<Single, {sizes[name]}>", $"Vector<Single, {size}>");
        }
        DataViewSchema.Column[] columns = [.. inputs.Select(input => schema.Find(env, Role, input.ColumnName))];
        return new RowReader<object[]>(columns, row =>
        {
            Func<object>[] readers = [.. inputs.Zip(columns, (input, column) => input.Bind(row, column))];
            return () => [.. readers.Select(read => read())];
        });
    }

    /// <summary>The tensor of a batch of rows.</summary>
    public Tensor Collate(IReadOnlyList<object[]> rows)
    {
        Tensor[] parts = [.. inputs.Select((input, i) => input.Collate([.. rows.Select(row => row[i])]))];
        if (parts.Length == 1)
            return parts[0];
        Tensor joined = cat(parts, dim: 1);
        foreach (Tensor part in parts)
            part.Dispose();
        return joined;
    }
}
