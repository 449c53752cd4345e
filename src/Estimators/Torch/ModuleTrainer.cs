using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Torch;

/// <summary>Trains a TorchSharp module of your own in an ML.NET pipeline.</summary>
public sealed class ModuleTrainer : NetworkTrainer<ModuleTransformer>
{
    private readonly INetworkDefinition<Tensor, Tensor> definition;
    private readonly Options options;
    private readonly ModuleInputs inputs;

    internal ModuleTrainer(IHostEnvironment env, INetworkDefinition<Tensor, Tensor> definition, Options options) : base(env, options)
    {
        options.EnsureValid(nameof(ModuleTrainer));
        _ = NetworkDefinitionAttribute.ContractOf(definition.GetType());
        (this.definition, this.options) = (definition, options);
        inputs = new ModuleInputs(Host, options.Inputs);
    }

    /// <summary>What the module takes, gives and learns from, and how it is trained. Loss and optimiser are never saved, so they may be lambdas.</summary>
    public sealed record Options : TrainingOptions
    {
        /// <summary>Columns that the module takes. Vectors and values stand side by side in one tensor; an image or a key stands alone.</summary>
        public IReadOnlyList<Input> Inputs { get; init; } = [Input.Vector("Features")];

        /// <summary>Column that the module learns from.</summary>
        public Input Target { get; init; } = Input.Key("Label");

        /// <summary>Columns that the fitted transformer adds, all taken from the module's one result.</summary>
        public IReadOnlyList<Output> Outputs { get; init; } = [Output.Classes()];

        /// <summary>The loss of a batch, a tensor without dimensions, of the module's result and the target.</summary>
        [JsonIgnore]
        public Func<Tensor, Tensor, Tensor> Loss { get; init; } = (result, target) => functional.cross_entropy(result, target);

        /// <summary>
        /// Makes the optimiser of the module's parameters. Null: AdamW with <see cref="TrainingOptions.LearningRate"/> and weight decay 0.01. The
        /// <see cref="TrainingOptions.Schedule"/> multiplies the rate that it was made with.
        /// </summary>
        [JsonIgnore]
        public Func<IEnumerable<Parameter>, OptimizerHelper>? Optimiser { get; init; }

        internal override IEnumerable<string> Faults()
        {
            foreach (string fault in base.Faults())
                yield return fault;
            if (Inputs.Count == 0)
                yield return $"{nameof(Inputs)}: expected at least one.";
            if (Inputs.Count > 1 && Inputs.Any(input => input is ImageInput or KeyInput))
                yield return $"{nameof(Inputs)}: an image or a key must be the only input.";
            if (Outputs.Count == 0)
                yield return $"{nameof(Outputs)}: expected at least one.";
            if (Outputs.OfType<ClassesOutput>().Any() && Target is not KeyInput)
                yield return $"{nameof(Outputs)}: classes need a key as {nameof(Target)}.";
            if (Precision != Blocks.Precision.Float32)
                yield return $"{nameof(Precision)}: a module of your own is trained in Float32.";
        }
    }

    private protected override string Description =>
        $"{base.Description}, {NetworkDefinitionAttribute.ContractOf(definition.GetType())} {DefinitionJson.GetRawText()}";

    private protected override void CheckColumns(SchemaShape input)
    {
        inputs.Check(input);
        options.Target.Check(Host, "target", input);
    }

    private protected override IEnumerable<SchemaShape.Column> Promise(SchemaShape input)
    {
        SchemaShape? keyValues = ColumnShapes.KeyValuesOf(input.Find(Host, "target", options.Target.ColumnName));
        return options.Outputs.SelectMany(output => output.Promise(keyValues));
    }

    private protected override ModuleTransformer Fit(IDataView input, TrainingRun run)
    {
        DataViewSchema.Column target = input.Schema.Find(Host, "target", options.Target.ColumnName);
        ClassLabels? labels = options.Target is KeyInput ? ClassLabels.Of(target) : null;
        var context = new NetworkContext { InputSizes = inputs.SizesIn(input.Schema), ClassCount = labels?.Count ?? 0 };
        var feed = run.Feed(input, ReaderFor(input.Schema, context), Recipe(run.Device));

        Module<Tensor, Tensor> module = definition.Create(context);
        try
        {
            module.to(run.Device);
            WarmStart.Load<ModuleTransformer>(module, options, (model, use) => model.UseNetwork(use));
            Validation? validation = run.ValidationRows(input, schema => ReaderFor(schema, context)) is { } rows
                ? new Validation(() => Measure(module, rows(), run.Device), options.BestBy ?? "loss", new HashSet<string> { "loss" })
                : null;
            TrainingHistory history = run.TrainSupervised(feed, input.Schema, module, null, () => Optimiser(module), Loss, validation);
            return new ModuleTransformer(Host, Describe(context, labels), module, run.Device) { History = history };
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    private SavedModule Describe(NetworkContext context, ClassLabels? labels) => new(
        NetworkDefinitionAttribute.ContractOf(definition.GetType()), DefinitionJson, context, options.Inputs, options.Outputs, labels, options.BatchSize);

    private JsonElement DefinitionJson => JsonSerializer.SerializeToElement(definition, definition.GetType(), ModelZipFormat.Json);

    private RowReader<LabelledRow> ReaderFor(DataViewSchema schema, NetworkContext context)
    {
        RowReader<object[]> reader = inputs.For(schema, context.InputSizes);
        DataViewSchema.Column target = schema.Find(Host, "target", options.Target.ColumnName);
        return new RowReader<LabelledRow>([.. reader.Columns, target], row =>
        {
            Func<object[]> readInputs = reader.Bind(row);
            Func<object> readTarget = options.Target.Bind(row, target);
            return () => new LabelledRow(readInputs(), readTarget());
        });
    }

    private SampleRecipe<LabelledRow, LabelledRow, LabelledBatch> Recipe(Device device) => new(
        (row, _) => row,
        rows => Collate(rows, device),
        new BatchingByCount<LabelledRow>(options.BatchSize),
        Fingerprint);

    private void Fingerprint(LabelledRow row, IncrementalHash hash)
    {
        foreach ((Input input, object value) in options.Inputs.Append(options.Target).Zip(row.Inputs.Append(row.Target)))
        {
            using Tensor tensor = input.Collate([value]);
            hash.AppendData(tensor.bytes);
        }
    }

    private LabelledBatch Collate(IReadOnlyList<LabelledRow> rows, Device device) => new(
        Placed.On(device, inputs.Collate([.. rows.Select(row => row.Inputs)])), Placed.On(device, options.Target.Collate([.. rows.Select(row => row.Target)])));

    private IReadOnlyList<LossTensor> Loss(Module<Tensor, Tensor> module, LabelledBatch batch) =>
        [new LossTensor("loss", options.Loss(module.call(batch.Inputs), batch.Target))];

    private OptimizerHelper Optimiser(Module module) =>
        options.Optimiser?.Invoke([.. module.parameters()]) ?? new ParameterwiseOptimiser(
            module.parameters(), parameter => optim.AdamW([parameter], options.LearningRate, weight_decay: 0.01));

    private IReadOnlyDictionary<string, double> Measure(Module<Tensor, Tensor> module, IEnumerable<LabelledRow> rows, Device device)
    {
        module.eval();
        using IDisposable noGradient = no_grad();
        double loss = 0, correct = 0, count = 0;
        foreach (LabelledRow[] chunk in rows.Chunk(options.BatchSize))
        {
            using DisposeScope scope = NewDisposeScope();
            using LabelledBatch batch = Collate(chunk, device);
            Tensor result = module.call(batch.Inputs);
            loss += chunk.Length * options.Loss(result, batch.Target).item<float>();
            count += chunk.Length;
            if (options.Outputs.OfType<ClassesOutput>().Any())
                correct += result.argmax(-1).eq(batch.Target).sum().item<long>();
        }
        var metrics = new Dictionary<string, double> { ["loss"] = loss / count };
        if (options.Outputs.OfType<ClassesOutput>().Any())
            metrics["accuracy"] = correct / count;
        return metrics;
    }

    private sealed record LabelledRow(object[] Inputs, object Target);

    private sealed record LabelledBatch(Tensor Inputs, Tensor Target) : IDisposable
    {
        public void Dispose()
        {
            Inputs.Dispose();
            Target.Dispose();
        }
    }
}
