using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Bridge;

/// <summary>Values of one source column for the rows of a batch, so that one cursor can run ahead of its reader.</summary>
internal abstract class BufferedColumn
{
    /// <summary>Reads the value of the row that the source stands on into the slot.</summary>
    public abstract void Take(int slot);

    /// <summary>A getter for the slot that <paramref name="currentSlot"/> names at the time of the call.</summary>
    public abstract Delegate Getter(Func<int> currentSlot);

    public static BufferedColumn Create(DataViewRow source, DataViewSchema.Column column, int slots)
    {
        Type type = column.Type.RawType;
        bool isVector = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        Type bufferedType = isVector
            ? typeof(BufferedVector<>).MakeGenericType(type.GetGenericArguments())
            : typeof(BufferedValue<>).MakeGenericType(type);
        return (BufferedColumn)Activator.CreateInstance(
            bufferedType, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [source, column, slots], null)!;
    }

    private sealed class BufferedVector<T>(DataViewRow source, DataViewSchema.Column column, int slots) : BufferedColumn
    {
        private readonly ValueGetter<VBuffer<T>> read = source.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] values = new VBuffer<T>[slots];

        public override void Take(int slot) => read(ref values[slot]);

        public override Delegate Getter(Func<int> currentSlot)
        {
            ValueGetter<VBuffer<T>> getter = (ref VBuffer<T> value) => values[currentSlot()].CopyTo(ref value);
            return getter;
        }
    }

    private sealed class BufferedValue<T>(DataViewRow source, DataViewSchema.Column column, int slots) : BufferedColumn
    {
        private readonly ValueGetter<T> read = source.GetGetter<T>(column);
        private readonly T[] values = new T[slots];

        public override void Take(int slot)
        {
            // A fresh variable: LoadImages disposes the image it finds there, which a caller may still hold.
            T value = default!;
            read(ref value);
            values[slot] = value;
        }

        public override Delegate Getter(Func<int> currentSlot)
        {
            ValueGetter<T> getter = (ref T value) => value = values[currentSlot()];
            return getter;
        }
    }
}
