using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Torch;

/// <summary>A column that a module of your own takes as input or learns from as target, and the tensor that a batch of its values becomes.</summary>
[JsonDerivedType(typeof(VectorInput), "Vector")]
[JsonDerivedType(typeof(ValueInput), "Value")]
[JsonDerivedType(typeof(KeyInput), "Key")]
[JsonDerivedType(typeof(ImageInput), "Image")]
public abstract record Input
{
    private protected Input(string columnName) => ColumnName = columnName;

    /// <summary>Name of the column.</summary>
    public string ColumnName { get; }

    /// <summary>A vector of Single of known length: Float32 [N, length].</summary>
    public static Input Vector(string columnName) => new VectorInput(columnName);

    /// <summary>A Single: Float32 [N, 1].</summary>
    public static Input Value(string columnName) => new ValueInput(columnName);

    /// <summary>A key: Int64 [N], counted from 0. A missing key (0) makes a row unusable.</summary>
    public static Input Key(string columnName) => new KeyInput(columnName);

    /// <summary>An image of any size, resized: Float32 [N, 3, height, width], red green blue, 0 to 1.</summary>
    public static Input Image(string columnName, int height, int width) => new ImageInput(columnName, height, width);

    /// <summary>Type that the column must have, as ML.NET writes it.</summary>
    private protected abstract string Expected { get; }

    private protected abstract bool Accepts(SchemaShape.Column column);

    /// <summary>Numbers per row, for inputs that can stand side by side in one tensor; null for others.</summary>
    internal abstract int? SizeIn(DataViewSchema.Column column);

    /// <summary>Reads the current row's value, as <see cref="Collate"/> takes it.</summary>
    internal abstract Func<object> Bind(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Makes the tensor of a batch.</summary>
    internal abstract Tensor Collate(IReadOnlyList<object> values);

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    internal void Check(IHostEnvironment env, string role, SchemaShape schema)
    {
        SchemaShape.Column column = schema.Find(env, role, ColumnName);
        if (!Accepts(column))
            throw ColumnShapes.Mismatch(env, role, ColumnName, Expected, column.TypeText());
    }

    private protected static Func<T> Getter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }

    private protected static Tensor Floats(IReadOnlyList<object> rows)
    {
        int size = ((float[])rows[0]).Length;
        Tensor batch = empty([rows.Count, size]);
        Span<float> values = MemoryMarshal.Cast<byte, float>(batch.bytes);
        for (int i = 0; i < rows.Count; i++)
            ((float[])rows[i]).CopyTo(values[(i * size)..]);
        return batch;
    }
}

internal sealed record VectorInput(string ColumnName) : Input(ColumnName)
{
    private protected override string Expected => "Vector<Single>";

    private protected override bool Accepts(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Vector && column.ItemType == NumberDataViewType.Single;

    internal override int? SizeIn(DataViewSchema.Column column) => ((VectorDataViewType)column.Type).Size;

    internal override Func<object> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        Func<VBuffer<float>> read = Getter<VBuffer<float>>(row, column);
        return () => read().DenseValues().ToArray();
    }

    internal override Tensor Collate(IReadOnlyList<object> values) => Floats(values);
}

internal sealed record ValueInput(string ColumnName) : Input(ColumnName)
{
    private protected override string Expected => "Single";

    private protected override bool Accepts(SchemaShape.Column column) => !column.IsVector() && column.ItemType == NumberDataViewType.Single;

    internal override int? SizeIn(DataViewSchema.Column column) => 1;

    internal override Func<object> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        Func<float> read = Getter<float>(row, column);
        return () => new[] { read() };
    }

    internal override Tensor Collate(IReadOnlyList<object> values) => Floats(values);
}

internal sealed record KeyInput(string ColumnName) : Input(ColumnName)
{
    private protected override string Expected => "Key<UInt32>";

    private protected override bool Accepts(SchemaShape.Column column) =>
        !column.IsVector() && column.IsKey && column.ItemType == NumberDataViewType.UInt32;

    internal override int? SizeIn(DataViewSchema.Column column) => null;

    internal override Func<object> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        Func<uint> read = Getter<uint>(row, column);
        return () => read() is > 0 and uint key
            ? (object)(long)(key - 1)
            : throw new InvalidDataException($"Column '{ColumnName}' has a missing value (key 0).");
    }

    internal override Tensor Collate(IReadOnlyList<object> values) => tensor(values.Cast<long>().ToArray());
}

internal sealed record ImageInput(string ColumnName, int Height, int Width) : Input(ColumnName)
{
    private protected override string Expected => "Image";

    private protected override bool Accepts(SchemaShape.Column column) => ImageColumn.IsImage(column);

    internal override int? SizeIn(DataViewSchema.Column column) => null;

    internal override Func<object> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        Func<RgbImage?> read = ImageColumn.Bind(row, column);
        return () =>
        {
            RgbImage image = read() ?? throw new InvalidDataException($"Column '{ColumnName}' has no image.");
            var planes = new PixelPlanes(Width, Height);
            image.Resample(ImageWindow.Whole(image), planes, Resampling.AntialiasedBilinear, RgbColour.Black);
            return planes;
        };
    }

    internal override Tensor Collate(IReadOnlyList<object> values)
    {
        Tensor batch = empty([values.Count, 3, Height, Width]);
        for (int i = 0; i < values.Count; i++)
            PixelNormalisation.None.Write((PixelPlanes)values[i], batch, i);
        return batch;
    }
}
