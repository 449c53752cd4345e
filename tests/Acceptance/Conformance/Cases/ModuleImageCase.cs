using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;
using MLNetDeepExtensions.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

/// <summary>A module that takes images and gives one number.</summary>
internal sealed class ModuleImageCase : TrainingCase<ModuleImageCase.Photo, ModuleImageCase.Prediction, ModuleTrainer.Options>
{
    internal sealed class Photo : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        public float Brightness { get; set; }
    }

    internal sealed class Prediction
    {
        public float Score { get; set; }
    }

    public override Type EstimatorType => typeof(ModuleTrainer);

    public override IReadOnlyList<InputColumn> Inputs => [new("Image", "Picture"), new("Brightness", "Single") { IsTarget = true }];

    protected override ModuleTrainer.Options Options(Func<string, string> name) => new()
    {
        Inputs = [Input.Image(name("Image"), 8, 8)], Target = Input.Value(name("Brightness")), Outputs = [Output.Value(name("Score"))],
        Loss = (result, target) => functional.mse_loss(result, target), MaxEpochs = 3, BatchSize = 4, LearningRate = 0.02,
    };

    protected override IEstimator<ITransformer> Create(MLContext ml, ModuleTrainer.Options options) =>
        ml.Torch.Trainers.Module(new SmallImageNetwork(), options);

    protected override void Spoil(Photo row) => row.Image = null!;

    protected override void Fill(Photo row, int number)
    {
        row.Image = Pictures.Noise(10 + number % 4, 12, seed: 100 + number).ToMLImage();
        row.Brightness = number / 10f;
    }
}

/// <summary>A convolution, averaged.</summary>
[NetworkDefinition("tests.small-image/1")]
public sealed record SmallImageNetwork : INetworkDefinition<Tensor, Tensor>
{
    /// <inheritdoc/>
    public Module<Tensor, Tensor> Create(NetworkContext data) => Sequential(
        ("convolution", Conv2d(3, 4, 3)), ("activation", ReLU()), ("pool", AdaptiveAvgPool2d(1)), ("flat", Flatten()),
        ("head", Linear(4, 1)));
}
