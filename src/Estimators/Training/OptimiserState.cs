using System.Globalization;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Training;

/// <summary>
/// Reads and restores what an optimiser remembers. TorchSharp's own writer fails on channels-last tensors; this takes every public
/// field of the per-parameter states, which is where all of TorchSharp's optimisers but LBFGS keep tensors, counts and numbers.
/// </summary>
internal static class OptimiserState
{
    public static void Save(OptimizerHelper optimiser, StateWriter writer)
    {
        foreach ((string name, _, OptimizerState state, FieldInfo field) in Fields(optimiser))
        {
            if (field.GetValue(state) is Tensor tensor)
                writer.Write(name, tensor);
            else if (field.GetValue(state) is long count)
                writer.Write(name, count);
            else if (field.GetValue(state) is double value)
                writer.Write(name, value.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    public static void Load(OptimizerHelper optimiser, StateReader reader)
    {
        foreach ((string name, Parameter parameter, OptimizerState state, FieldInfo field) in Fields(optimiser))
        {
            if (field.FieldType == typeof(long))
                field.SetValue(state, reader.ReadCount(name));
            else if (field.FieldType == typeof(double))
                field.SetValue(state, double.Parse(reader.ReadText(name), CultureInfo.InvariantCulture));
            else if (reader.Contains(name))
                field.SetValue(state, Restored(parameter, (Tensor?)field.GetValue(state), name, reader));
        }
    }

    private static Tensor Restored(Parameter parameter, Tensor? current, string name, StateReader reader)
    {
        Tensor target = current ?? zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
        reader.ReadInto(name, target);
        return target;
    }

    private static IEnumerable<(string Name, Parameter Parameter, OptimizerState State, FieldInfo Field)> Fields(OptimizerHelper optimiser) =>
        from entry in optimiser.parameters().Zip(optimiser.state_dict().State).Index()
        let state = entry.Item.Second
        from field in state.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public)
        where field.FieldType == typeof(Tensor) || field.FieldType == typeof(long) || field.FieldType == typeof(double)
        select ($"{entry.Index}.{field.Name}", entry.Item.First, state, field);
}
