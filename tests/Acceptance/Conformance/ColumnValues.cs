using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>Values of any column, in a form that can be compared: arrays, numbers, text, pixels.</summary>
internal static class ColumnValues
{
    /// <summary>The rows' values of the named columns, read with one cursor.</summary>
    public static object[][] Read(IDataView data, IEnumerable<string> names)
    {
        DataViewSchema.Column[] columns = [.. names.Select(name => data.Schema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Func<object[]> read = Bind(cursor, columns);
        var rows = new List<object[]>();
        while (cursor.MoveNext())
            rows.Add(read());
        return [.. rows];
    }

    /// <summary>Binds to a row or cursor; the function returned reads the row it stands on.</summary>
    public static Func<object[]> Bind(DataViewRow row, IEnumerable<DataViewSchema.Column> columns)
    {
        Func<object>[] readers = [.. columns.Select(column => (Func<object>)typeof(ColumnValues)
            .GetMethod(nameof(BindOne), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType)
            .Invoke(null, [row, column])!)];
        return () => [.. readers.Select(read => read())];
    }

    /// <summary>The value as something whose parts can be compared.</summary>
    public static object Comparable(object? value)
    {
        if (value is MLImage image)
            return (object[])[image.Width, image.Height, new PixelBytes(Convert.ToHexString(image.Pixels))];
        if (value is ReadOnlyMemory<char> text)
            return text.ToString();
        if (value?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(VBuffer<>))
            return Comparable(((IEnumerable<object>)typeof(ColumnValues).GetMethod(nameof(Dense), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [value])!).ToArray());
        if (value is Array array)
            return array.Cast<object>().Select(Comparable).ToArray();
        return value ?? "null";
    }

    public static void AssertEqual(object[][] expected, object[][] actual, string what, float tolerance = 1e-5f)
    {
        Assert.HasCount(expected.Length, actual, $"{what}: rows");
        for (int i = 0; i < expected.Length; i++)
        {
            if (!Agree(expected[i], actual[i], tolerance))
                Assert.Fail($"{what}, row {i}: expected {Text(expected[i])}, got {Text(actual[i])}");
        }
    }

    /// <summary>The tolerance is a part of the largest number beside the one compared, at least of 1.</summary>
    private static bool Agree(object expected, object actual, float tolerance, float largest = 1) => (expected, actual) switch
    {
        (float a, float b) => a.Equals(b) || Math.Abs(a - b) <= tolerance * largest,
        (PixelBytes a, PixelBytes b) => a.Agrees(b, levels: tolerance > 0 ? 1 : 0),
        (object[] a, object[] b) => a.Length == b.Length && a.Zip(b).All(pair => Agree(pair.First, pair.Second, tolerance, Largest(a))),
        _ => expected.Equals(actual),
    };

    private static float Largest(object[] values) => values.OfType<float>().Select(Math.Abs).Append(1).Max();

    private static string Text(object value) => value is object[] array
        ? $"[{string.Join(", ", array.Take(20).Select(Text))}{(array.Length > 20 ? ", ..." : "")}]"
        : value.ToString() is { Length: > 40 } text ? $"{text[..40]}..." : value.ToString()!;

    private static Func<object> BindOne<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return Comparable(value);
        };
    }

    private static IEnumerable<object> Dense<T>(VBuffer<T> buffer) => buffer.DenseValues().Select(item => (object)item!);
}

/// <summary>The bytes of an image. One that a network made may differ by one level with what is made beside it, by rounding.</summary>
internal sealed record PixelBytes(string Hex)
{
    public bool Agrees(PixelBytes other, int levels) => Hex == other.Hex || (levels > 0 && Hex.Length == other.Hex.Length
        && Convert.FromHexString(Hex).Zip(Convert.FromHexString(other.Hex)).All(pair => Math.Abs(pair.First - pair.Second) <= levels));

    public override string ToString() => Hex;
}
