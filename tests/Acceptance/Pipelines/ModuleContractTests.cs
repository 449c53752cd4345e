using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;
using MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;
using MLNetDeepExtensions.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Tests.Acceptance.Pipelines;

/// <summary>What a user is told whose network definition is unknown, was changed, or does not fit.</summary>
[TestClass]
public sealed class ModuleContractTests
{
    [TestMethod]
    public void AnUnknownContractSaysWhatToCall()
    {
        FittedCase fitted = FittedCase.Of(nameof(ModuleCase));
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() =>
            ModelLoading.Unwrapped(() => new MLContext().Model.Load(new MemoryStream(fitted.Zip(fitted.Model)), out _)));
        Assert.AreEqual(
            "The model's network is defined by contract 'tests.small/1', which no registered assembly has. Call mlContext.ComponentCatalog.RegisterAssembly "
            + "with the assembly of the class that carries [NetworkDefinition(\"tests.small/1\")] before loading.", exception.Message);
    }

    [TestMethod]
    public void AChangedShapeNamesContractTensorAndShapes()
    {
        MLContext ml = ConformanceCase.NewContext();
        IDataView data = ConformanceCases.Named(nameof(ModuleCase)).Data(ml, 6);
        using ModuleTransformer model = ml.Torch.Trainers.Module(new ChangingNetwork(), maxEpochs: 1).Fit(data);
        using var zip = new MemoryStream();
        ml.Model.Save(model, data.Schema, zip);
        ChangingNetwork.Width = 5;
        try
        {
            var exception = Assert.ThrowsExactly<InvalidDataException>(() => ModelLoading.Unwrapped(() => ml.Model.Load(zip, out _)));
            Assert.Contains("The saved weights do not fit the network that contract 'tests.changing/1' makes now: ", exception.Message);
            Assert.Contains("first.weight", exception.Message);
            Assert.Contains("[5, 4]", exception.Message);
            Assert.Contains("[2, 4]", exception.Message);
        }
        finally
        {
            ChangingNetwork.Width = 2;
        }
    }

    [TestMethod]
    public void ADefinitionWithoutAContractIsRefusedAtOnce()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().Torch.Trainers.Module(new NamelessNetwork()));
        Assert.AreEqual($"{typeof(NamelessNetwork)} needs [NetworkDefinition(\"a lasting name\")]: the name under which saved models keep it.", exception.Message);
    }

    [TestMethod]
    public void OptionsThatDoNotFitTogetherAreListedAtOnce()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().Torch.Trainers.Module(new SmallNetwork(), new ModuleTrainer.Options
        {
            Inputs = [Input.Image("Image", 8, 8), Input.Vector("Features")], Target = Input.Value("Price"), MaxEpochs = 0,
        }));
        Assert.AreEqual(
            "The options of ModuleTrainer are not valid:\n  MaxEpochs: expected at least 1, got 0.\n  Inputs: an image or a key must be the only input."
            + "\n  Outputs: classes need a key as Target.", exception.Message);
    }

    [TestMethod]
    public void AVectorOfAnotherLengthThanInTrainingIsRefused()
    {
        FittedCase fitted = FittedCase.Of(nameof(ModuleCase));
        IDataView longer = fitted.ML.Transforms.CopyColumns("Features", nameof(ConformanceRow.Vector)).Fit(fitted.Data).Transform(fitted.Data);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Model.Transform(longer));
        Assert.Contains("Schema mismatch for input column 'Features': expected Vector<Single, 4>, got Vector<Single, 7>", exception.Message);
    }

    [TestMethod]
    public void AResultOfAnotherWidthThanPromisedIsRefused()
    {
        MLContext ml = ConformanceCase.NewContext();
        IDataView data = ConformanceCases.Named(nameof(ModuleCase)).Data(ml, 6);
        using ModuleTransformer model = ml.Torch.Trainers.Module(new ChangingNetwork(),
            new ModuleTrainer.Options { Outputs = [Output.Vector("Score", 7)], MaxEpochs = 1 }).Fit(data);
        var exception = Assert.Throws<InvalidOperationException>(() => ColumnValues.Read(model.Transform(data), ["Score"]));
        Assert.Contains("Result of the module: expected 7 numbers per row", exception.Message);
        Assert.Contains("got 3.", exception.Message);
    }

    private sealed record NamelessNetwork : INetworkDefinition<Tensor, Tensor>
    {
        public Module<Tensor, Tensor> Create(NetworkContext data) => Linear(1, 1);
    }
}

/// <summary>A definition whose code changes between saving and loading.</summary>
[NetworkDefinition("tests.changing/1")]
public sealed record ChangingNetwork : INetworkDefinition<Tensor, Tensor>
{
    /// <summary>Stands for the code of the definition.</summary>
    internal static int Width { get; set; } = 2;

    /// <inheritdoc/>
    public Module<Tensor, Tensor> Create(NetworkContext data) =>
        Sequential(("first", Linear(data.InputSize("Features"), Width)), ("second", Linear(Width, data.ClassCount)));
}
