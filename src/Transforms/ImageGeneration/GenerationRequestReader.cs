using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>How a row becomes a request for an image.</summary>
/// <param name="env">Of the transformer.</param>
/// <param name="columns">Which columns are read.</param>
/// <param name="labels">The classes that the generator knows; null if none.</param>
internal sealed class GenerationRequestReader(IHostEnvironment env, GenerationColumns columns, ClassLabels? labels)
{
    private const string SeedRole = "seed", CodesRole = "codes";

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public RowReader<GenerationRequest> For(DataViewSchema schema)
    {
        DataViewSchema.Column? seed = columns.Seed is null ? null : FindSeed(schema, columns.Seed);
        DataViewSchema.Column? label = columns.Label is null ? null : LabelNames.Find(env, schema, columns.Label);
        DataViewSchema.Column? codes = columns.Codes is null ? null : FindCodes(schema, columns.Codes);
        DataViewSchema.Column? image = columns.Image is null ? null : ImageColumn.Find(env, schema, columns.Image);
        DataViewSchema.Column[] read = [.. new[] { seed, label, codes, image }.OfType<DataViewSchema.Column>()];
        return new RowReader<GenerationRequest>(read, row =>
        {
            Func<long>? readSeed = seed is { } seedColumn ? BindSeed(row, seedColumn) : null;
            Func<int>? readClass = label is { } labelColumn ? RequestedClass.Bind(row, labelColumn, labels!) : null;
            Func<float[]>? readCodes = codes is { } codesColumn ? RowVector.Bind<float>(row, codesColumn) : null;
            Func<RgbImage?>? readImage = image is { } imageColumn ? ImageColumn.Bind(row, imageColumn) : null;
            return () =>
            {
                int? imageClass = readClass?.Invoke();
                float[]? values = readCodes?.Invoke();
                RgbImage? given = readImage?.Invoke();
                return new GenerationRequest(readSeed?.Invoke() ?? GenerationRequest.SeedOf(imageClass, values, given), imageClass, values, given);
            };
        });
    }

    private DataViewSchema.Column FindSeed(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(env, SeedRole, name);
        return column.Type is NumberDataViewType && Type.GetTypeCode(column.Type.RawType) is TypeCode.Int32 or TypeCode.Int64 or TypeCode.UInt32
            ? column
            : throw ColumnShapes.Mismatch(env, SeedRole, name, "Int64, Int32 or UInt32", column.Type.ToString()!);
    }

    private DataViewSchema.Column FindCodes(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(env, CodesRole, name);
        return column.Type is VectorDataViewType { ItemType: var item } && item == NumberDataViewType.Single
            ? column
            : throw ColumnShapes.Mismatch(env, CodesRole, name, "Vector<Single>", column.Type.ToString()!);
    }

    private static Func<long> BindSeed(DataViewRow row, DataViewSchema.Column column) => Type.GetTypeCode(column.Type.RawType) switch
    {
        TypeCode.Int32 => Bind<int>(row, column, value => value),
        TypeCode.UInt32 => Bind<uint>(row, column, value => value),
        _ => Bind<long>(row, column, value => value),
    };

    private static Func<long> Bind<T>(DataViewRow row, DataViewSchema.Column column, Func<T, long> widen)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return widen(value);
        };
    }
}
