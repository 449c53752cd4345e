using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Weights;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Torch;

/// <summary>Runs a trained module of your own over rows.</summary>
[SavedModel("Module")]
public sealed class ModuleTransformer : NetworkTransformer<object[], float[]>
{
    private readonly SavedModule description;
    private readonly ModuleInputs inputs;
    private readonly Device device;
    private readonly Shared<Module<Tensor, Tensor>> network;

    internal ModuleTransformer(IHostEnvironment env, SavedModule description, Module<Tensor, Tensor> network, Device device) : base(env)
    {
        this.description = description;
        this.device = device;
        inputs = new ModuleInputs(Host, description.Inputs);
        network.eval();
        this.network = new Shared<Module<Tensor, Tensor>>(network.to(device));
    }

    /// <summary>Loads a saved model.</summary>
    private ModuleTransformer(IHostEnvironment env, ModelZipReader zip)
        : this(env, zip.ReadOptions<SavedModule>(saved => saved.Labels?.Faults() ?? []), zip)
    {
    }

    private ModuleTransformer(IHostEnvironment env, SavedModule description, ModelZipReader zip)
        : this(env, description, Load(env, description, zip), DeviceChoice.ForLoading(env))
    {
    }

    /// <summary>The network definition that the model was made from.</summary>
    public JsonElement Definition => description.Definition;

    private protected override int BatchSize => description.BatchSize;

    private protected override IReadOnlyList<ResultColumn<float[]>> Results =>
        [.. description.Outputs.SelectMany(output => output.Deliver(description.Labels))];

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(description);
        network.Use(module => zip.WriteWeights(stream => module.SaveWeights(stream)));
    }

    /// <summary>Runs something on the module, for a warm start.</summary>
    internal T UseNetwork<T>(Func<Module, T> action) => network.Use(action);

    private protected override RowReader<object[]> ReaderFor(DataViewSchema schema) => inputs.For(schema, description.Context.InputSizes);

    private protected override IReadOnlyList<float[]> Run(IReadOnlyList<object[]> rows) => network.Infer(module =>
    {
        Tensor result = module.call(inputs.Collate(rows).to(device)).to(ScalarType.Float32).cpu().reshape(rows.Count, -1).contiguous();
        int width = (int)result.shape[1];
        foreach (Output output in description.Outputs)
        {
            if (output.WidthFor(description.Context.ClassCount) is int expected && expected != width)
                throw new InvalidOperationException($"Result of the module: expected {expected} numbers per row for {output}, got {width}.");
        }
        float[] values = MemoryMarshal.Cast<byte, float>(result.bytes).ToArray();
        return (IReadOnlyList<float[]>)[.. values.Chunk(width)];
    });

    private static Module<Tensor, Tensor> Load(IHostEnvironment env, SavedModule description, ModelZipReader zip)
    {
        Type type = NetworkDefinitionAttribute.Find(env, description.Contract);
        if (description.Definition.Deserialize(type, ModelZipFormat.Json) is not INetworkDefinition<Tensor, Tensor> definition)
            throw new InvalidDataException($"Contract '{description.Contract}' is registered for {type}, which is no {nameof(INetworkDefinition<,>)} from Tensor to Tensor.");
        try
        {
            return zip.ReadNetwork(() => definition.Create(description.Context));
        }
        catch (WeightsMismatchException exception)
        {
            throw new InvalidDataException(
                $"The saved weights do not fit the network that contract '{description.Contract}' makes now: {exception.Message}", exception);
        }
    }
}

/// <summary>What is saved of a module besides its weights.</summary>
internal sealed record SavedModule(
    string Contract, JsonElement Definition, NetworkContext Context, IReadOnlyList<Input> Inputs, IReadOnlyList<Output> Outputs,
    ClassLabels? Labels, int BatchSize);
