using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Labels;

/// <summary>A type that the values of a key column can have, and how such values are kept as text.</summary>
internal abstract class KeyValueType(PrimitiveDataViewType type)
{
    /// <summary>The annotation kind of ML.NET that holds the values of a key column.</summary>
    public const string AnnotationName = "KeyValues";

    public static KeyValueType Text { get; } = new TypeOf<ReadOnlyMemory<char>>(TextDataViewType.Instance, value => value.ToString(), text => text.AsMemory());

    private static readonly KeyValueType[] All =
    [
        Text,
        new TypeOf<bool>(BooleanDataViewType.Instance, value => value ? "true" : "false", bool.Parse),
        Number<sbyte>(NumberDataViewType.SByte), Number<byte>(NumberDataViewType.Byte), Number<short>(NumberDataViewType.Int16),
        Number<ushort>(NumberDataViewType.UInt16), Number<int>(NumberDataViewType.Int32), Number<uint>(NumberDataViewType.UInt32),
        Number<long>(NumberDataViewType.Int64), Number<ulong>(NumberDataViewType.UInt64), Number<float>(NumberDataViewType.Single),
        Number<double>(NumberDataViewType.Double),
        new TypeOf<DateTime>(DateTimeDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        new TypeOf<DateTimeOffset>(DateTimeOffsetDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture)),
        new TypeOf<TimeSpan>(TimeSpanDataViewType.Instance, value => value.ToString("c", CultureInfo.InvariantCulture),
            text => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture)),
    ];

    /// <summary>Name of the type in saved models.</summary>
    public string Name { get; } = type.ToString()!;

    public static KeyValueType Of(DataViewType type) => Named(type.ToString()!);

    /// <exception cref="NotSupportedException">There is no such type.</exception>
    public static KeyValueType Named(string name) => All.FirstOrDefault(type => type.Name == name)
        ?? throw new NotSupportedException($"Key values of type {name}: expected one of {string.Join(", ", All.Select(type => type.Name))}.");

    /// <summary>The key values of the column as text.</summary>
    public abstract string[] Read(DataViewSchema.Column column);

    /// <summary>Adds the values as an annotation.</summary>
    public abstract void Add(DataViewSchema.Annotations.Builder builder, string annotationName, string[] values);

    private static KeyValueType Number<T>(NumberDataViewType type) where T : IFormattable, IParsable<T> =>
        new TypeOf<T>(type, value => value.ToString(null, CultureInfo.InvariantCulture), text => T.Parse(text, CultureInfo.InvariantCulture));

    private sealed class TypeOf<T>(PrimitiveDataViewType type, Func<T, string> write, Func<string, T> parse) : KeyValueType(type)
    {
        private readonly PrimitiveDataViewType type = type;

        public override string[] Read(DataViewSchema.Column column)
        {
            VBuffer<T> values = default;
            column.Annotations.GetValue(AnnotationName, ref values);
            return [.. values.DenseValues().Select(write)];
        }

        public override void Add(DataViewSchema.Annotations.Builder builder, string annotationName, string[] values)
        {
            T[] typed = [.. values.Select(parse)];
            builder.Add(annotationName, new VectorDataViewType(type, typed.Length), (ref VBuffer<T> value) =>
            {
                VBufferEditor<T> editor = VBufferEditor.Create(ref value, typed.Length);
                typed.CopyTo(editor.Values);
                value = editor.Commit();
            });
        }
    }
}
