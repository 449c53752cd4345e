using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Bridge;

/// <summary>Writes one value of a result into the caller's variable, reusing what stands there.</summary>
internal delegate void ResultWriter<in TResult, TValue>(TResult result, ref TValue value);

/// <summary>A column that a transformer adds: its name, type and annotations, and how its value is taken from a row's result.</summary>
internal abstract class ResultColumn<TResult>(string name, DataViewType type, DataViewSchema.Annotations? annotations)
{
    public DataViewSchema.DetachedColumn Definition { get; } = new(name, type, annotations);

    /// <summary>A getter that asks for the current row's result when, and only when, it is called.</summary>
    public abstract Delegate Getter(Func<TResult> currentResult);
}

/// <inheritdoc cref="ResultColumn{TResult}"/>
internal sealed class ResultColumn<TResult, TValue>(
    string name, DataViewType type, DataViewSchema.Annotations? annotations, ResultWriter<TResult, TValue> write)
    : ResultColumn<TResult>(name, type, annotations)
{
    public override Delegate Getter(Func<TResult> currentResult)
    {
        ValueGetter<TValue> getter = (ref TValue value) => write(currentResult(), ref value);
        return getter;
    }
}
