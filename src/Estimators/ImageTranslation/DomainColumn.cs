using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>One of the two kinds of images that a translator knows.</summary>
internal enum ImageDomain
{
    /// <summary>The paper's X: key 1, or false.</summary>
    First = 1,

    /// <summary>The paper's Y: key 2, or true.</summary>
    Second,
}

/// <summary>The column that says which domain an image is of.</summary>
internal static class DomainColumn
{
    private const string Role = "domain", Expected = "Key<UInt32> or Boolean";

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public static void Check(IHostEnvironment env, SchemaShape input, string name)
    {
        SchemaShape.Column column = input.Find(env, Role, name);
        bool isKey = column.IsKey && column.ItemType == NumberDataViewType.UInt32, isBoolean = !column.IsKey && column.ItemType is BooleanDataViewType;
        if (column.IsVector() || !(isKey || isBoolean))
            throw ColumnShapes.Mismatch(env, Role, name, Expected, column.TypeText());
    }

    /// <exception cref="InvalidOperationException">It is a key of another number of domains than two.</exception>
    public static DataViewSchema.Column Find(IHostEnvironment env, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(env, Role, name);
        if (column.Type is KeyDataViewType key && key.Count != 2)
            throw new InvalidOperationException($"Domain column '{name}': expected a key of two domains, got one of {key.Count}.");
        return column;
    }

    /// <summary>The rows of one domain. Those without a domain belong to the first: reading them fails.</summary>
    public static RowSelection Of(DataViewSchema.Column column, ImageDomain domain) => new($"of the {domain.ToString().ToLowerInvariant()} domain (column '{column.Name}')", row =>
    {
        Func<ImageDomain?> read = Bind(row, column);
        return () => (read() ?? ImageDomain.First) == domain;
    });

    /// <summary>Reads the domain of a row; null if it is missing.</summary>
    public static Func<ImageDomain?> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is BooleanDataViewType)
        {
            ValueGetter<bool> readFlag = row.GetGetter<bool>(column);
            bool flag = false;
            return () =>
            {
                readFlag(ref flag);
                return flag ? ImageDomain.Second : ImageDomain.First;
            };
        }
        ValueGetter<uint> readKey = row.GetGetter<uint>(column);
        uint key = 0;
        return () =>
        {
            readKey(ref key);
            return key == 0 ? null : (ImageDomain)key;
        };
    }
}
