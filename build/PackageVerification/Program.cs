// A user's program: "train FOLDER" trains and saves, "serve FOLDER" loads and predicts. See build/verify-package.sh.
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

var (command, folder) = (args[0], Directory.CreateDirectory(args[1]).FullName);
string modulePath = Path.Combine(folder, "module.zip"), detectorPath = Path.Combine(folder, "detector.zip");
var ml = new MLContext(seed: 1);
ml.ComponentCatalog.RegisterAssembly(typeof(SignNetwork).Assembly);

if (command == "train")
{
    IDataView numbers = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(i => new Number { Features = [i - 199.5f], Label = i < 200 ? "negative" : "positive" }));
    var module = ml.Transforms.NormalizeMeanVariance("Features").Append(ml.Transforms.Conversion.MapValueToKey("Label"))
        .Append(ml.Torch.Trainers.Module(new SignNetwork(), new ModuleTrainer.Options { MaxEpochs = 3, LearningRate = 0.05 }));
    ml.Model.Save(module.Fit(numbers), numbers.Schema, modulePath);

    IDataView squares = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 16).Select(Square.Draw));
    var detector = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.ObjectDetection.Trainers.SSD(new SSDDetectionTrainer.Options
    {
        Network = new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18HalfWidth, ImageSize = 64 },
        MaxEpochs = 2, BatchSize = 8, LearningRate = 0.01,
    }));
    ml.Model.Save(detector.Fit(squares), squares.Schema, detectorPath);
    Console.WriteLine("trained and saved");
}
else
{
    using var numbers = ml.Model.CreatePredictionEngine<Number, NumberPrediction>(ml.Model.Load(modulePath, out _));
    NumberPrediction sign = numbers.Predict(new Number { Features = [150] });
    if (sign.PredictedLabel != 2)
        throw new InvalidOperationException($"The module takes 150 for class {sign.PredictedLabel}.");
    using var squares = ml.Model.CreatePredictionEngine<Square, Found>(ml.Model.Load(detectorPath, out _));
    Console.WriteLine($"served: 150 is positive, {squares.Predict(Square.Draw(99)).Score.Length} candidates for a square");
}

internal sealed class Number
{
    [VectorType(1)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}

internal sealed class NumberPrediction
{
    [KeyType(2)]
    public uint PredictedLabel { get; set; }
}

[NetworkDefinition("verification.sign/1")]
internal sealed record SignNetwork : INetworkDefinition<Tensor, Tensor>
{
    public Module<Tensor, Tensor> Create(NetworkContext data) => Linear(data.InputSize("Features"), data.ClassCount);
}

internal sealed class Square
{
    private const int Side = 64;

    [AnySizeImage]
    public MLImage Image { get; set; } = null!;

    public string[] Label { get; set; } = [];

    public float[] BoundingBoxes { get; set; } = [];

    public static Square Draw(int seed)
    {
        int x = seed * 7 % 40, y = seed * 11 % 40;
        var pixels = new byte[4 * Side * Side];
        for (int i = 0; i < Side * Side; i++)
        {
            bool inside = i % Side >= x && i % Side < x + 20 && i / Side >= y && i / Side < y + 20;
            pixels.AsSpan(4 * i, 3).Fill(inside ? (byte)230 : (byte)40);
            pixels[4 * i + 3] = 255;
        }
        return new Square { Image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, pixels), Label = ["square"], BoundingBoxes = [x, y, x + 20, y + 20] };
    }
}

internal sealed class Found
{
    public float[] Score { get; set; } = [];
}
