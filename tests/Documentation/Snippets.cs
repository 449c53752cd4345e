using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Backbones;
using MLNetDeepExtensions.Blocks;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Decoding;
using MLNetDeepExtensions.Detection;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Text;
using MLNetDeepExtensions.Torch;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Tests.Documentation;

/// <summary>The C# of README.md and docs/, so that it compiles. See <see cref="DocumentationTests"/>.</summary>
internal static class Snippets
{
    public static Detections QuickStart()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromPascalVoc("VOC2007", split: "trainval");
        IDataView test = ml.Data.LoadFromPascalVoc("VOC2007", split: "test");

        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(ml.ObjectDetection.Trainers.SSD(new SSDDetectionTrainer.Options { MaxEpochs = 60, BatchSize = 16 }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(train);
        ObjectDetectionMetrics metrics = ml.ObjectDetection.Evaluate(model.Transform(test));
        ml.Model.Save(model.GetModelFor(TransformerScope.Scoring), train.Schema, "detector.zip");
        var engine = ml.Model.CreatePredictionEngine<Photo, Detections>(ml.Model.Load("detector.zip", out _));
        Detections found = engine.Predict(new Photo { ImagePath = "street.jpg" });
        return metrics.ImageCount > 0 ? found : new();
    }

    public static IEstimator<ITransformer> Pretrained(MLContext ml)
    {
        var detector = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.DetectObjects("ssd300_vgg16.pth", SSDNetworkOptions.TorchvisionCoco, CocoLabels.Torchvision,
                options: new DetectionOptions { ScoreThreshold = 0.5f }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        return detector;
    }

    public static IDataView[] ClassificationData(MLContext ml)
    {
        IDataView train = ml.Data.LoadFromImageFolders("flowers/train");
        IDataView test = ml.Data.LoadFromImageFolders("flowers/test");

        IDataView digits = ml.Data.LoadFromIdx("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz");
        IDataView groups = ml.Data.LoadFromCifar("cifar-100-binary", "train", CifarLabels.Coarse);
        return [train, test, digits, groups];
    }

    public static MulticlassClassificationMetrics Classification(MLContext ml, IDataView train, IDataView test)
    {
        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.Conversion.MapValueToKey("Label"), TransformerScope.TrainTest)
            .Append(ml.MulticlassClassification.Trainers.SENet(new SENetClassificationTrainer.Options
            {
                PretrainedWeights = "resnet50.pth", FrozenStages = 2,
                MaxEpochs = 20, BatchSize = 32, LearningRate = 0.01, ValidationFraction = 0.1,
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"), TransformerScope.Scoring);
        var model = pipeline.Fit(train);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(test), topKPredictionCount: 5);
        return metrics;
    }

    public static SENetClassificationTrainer.Options SmallImages()
    {
        var small = new SENetClassificationTrainer.Options
        {
            Network = new SENetNetworkOptions { Architecture = SENetArchitecture.ResNet18HalfWidth, Stem = ResNetStem.Small, ImageSize = 28 },
            Augmentation = ClassificationAugmentation.SmallImages with { MirrorProbability = 0 },
            Inference = new ClassificationOptions { CropFraction = 1 },
            MaxEpochs = 3, BatchSize = 64, LearningRate = 0.1, Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
        };
        return small;
    }

    public static IEstimator<ITransformer> PretrainedClassifier(MLContext ml, string[] classNames)
    {
        var classifier = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.ClassifyImages("seresnet50.pth", SENetNetworkOptions.Timm(SENetArchitecture.ResNet50), classNames))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        return classifier;
    }

    public static float[] Excitations(SENetClassificationTransformer network, IDataView images)
    {
        ExcitationProfile profile = network.ExcitationProfile(images);
        float[] channels = profile.Blocks.First(block => block.Name == "SE_5_1").ClassMeans[0];
        return channels;
    }

    public static SSDDetectionTrainer.Options Training(CancellationTokenSource stop)
    {
        var options = new SSDDetectionTrainer.Options
        {
            Network = new SSDNetworkOptions { Backbone = DetectionBackbone.ResNet18, Preset = DefaultBoxPreset.Coco300 },
            MaxEpochs = 40, BatchSize = 8, LearningRate = 0.02, ClipNorm = 10,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
            ValidationFraction = 0.1, EarlyStoppingPatience = 8,
            CheckpointDirectory = "run", Resume = true,
            CancellationToken = stop.Token,
            Progress = new Progress<TrainingProgress>(report => Console.WriteLine($"{report.Fraction:P0}, {report.Remaining} left")),
        };
        return options;
    }

    public static FasterRcnnDetectionTrainer.Options FasterRcnn()
    {
        var options = new FasterRcnnDetectionTrainer.Options
        {
            Network = new FasterRcnnNetworkOptions
            {
                Backbone = DetectionBackbone.ResNet18, BackboneNormalisation = Normalisation.Batch, FeaturePyramid = true,
                RoiPooling = RoiPooling.Align, ShortSide = 320, LongSide = 640, AnchorSizes = [24, 48, 72, 100, 160],
            },
            Loss = FasterRcnnLossOptions.Torchvision,
            MaxEpochs = 30, BatchSize = 8, LearningRate = 0.02, ClipNorm = 10,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
        };
        return options;
    }

    public static (ProposalMetrics, ITransformer) Proposals(MLContext ml, FasterRcnnDetectionTransformer model, IDataView train, IDataView test)
    {
        RegionProposalTransformer proposer = model.AsProposer();
        ProposalMetrics recall = ml.ObjectDetection.EvaluateProposals(proposer.Transform(test), maxProposals: 100);
        var fastRcnn = ml.ObjectDetection.Trainers.FasterRcnn(new FasterRcnnDetectionTrainer.Options { ProposalsColumnName = "Proposals" });
        FasterRcnnDetectionTransformer detector = fastRcnn.Fit(proposer.Transform(train));
        return (recall, detector);
    }

    public static FasterRcnnDetectionEstimator PretrainedFasterRcnn(MLContext ml)
    {
        var pretrained = ml.Transforms.DetectObjects("fasterrcnn_resnet50_fpn.pth", FasterRcnnNetworkOptions.TorchvisionCoco,
            CocoLabels.Torchvision, options: new DetectionOptions { ScoreThreshold = 0.5f });
        return pretrained;
    }

    public static ModuleTrainer Module(MLContext ml)
    {
        var trainer = ml.Torch.Trainers.Module(new TabularNetwork { Width = 128 }, new ModuleTrainer.Options
        {
            Inputs = [Input.Vector("Features")], Target = Input.Key("Label"), Outputs = [Output.Classes()],
            Loss = (logits, label) => functional.cross_entropy(logits, label),
            Optimiser = parameters => optim.AdamW(parameters, 5e-3),
            MaxEpochs = 30, BatchSize = 32,
        });
        return trainer;
    }

    public static (ITransformer, DataViewSchema) Load(MLContext ml)
    {
        ml.ComponentCatalog.RegisterAssembly(typeof(TabularNetwork).Assembly);
        ITransformer loaded = ml.Model.Load("model.zip", out DataViewSchema schema);
        return (loaded, schema);
    }
}

[NetworkDefinition("contoso.tabular/1")]
public sealed record TabularNetwork : INetworkDefinition<Tensor, Tensor>
{
    public int Width { get; init; } = 64;

    public Module<Tensor, Tensor> Create(NetworkContext data) =>
        Sequential(Linear(data.InputSize("Features"), Width), ReLU(), Linear(Width, data.ClassCount));
}

internal static class TranslationSnippets
{
    public static (TranslationMetrics, ITransformer) Translation(MLContext ml)
    {
        IDataView train = ml.Data.LoadFromParallelText("train.en.gz", "train.de.gz");
        IDataView validation = ml.Data.LoadFromParallelText("val.en.gz", "val.de.gz");
        IDataView test = ml.Data.LoadFromParallelText("test.en.gz", ["test.de.gz", "test.second.de.gz"]);

        var trainer = ml.Translation.Trainers.Transformer(new TransformerTranslator.Options
        {
            Network = new TransformerNetworkOptions { Layers = 3, ModelSize = 256, FeedForwardSize = 1024, Heads = 4 },
            Schedule = new LearningRateSchedule.InverseSquareRoot { ModelSize = 256, WarmUpSteps = 800 },
            SourceTokenisation = new TokenisationOptions { Merges = 6000 },
            BatchTokens = 1280, MaxEpochs = 20, AveragingDecay = 0.995, ValidationSet = validation,
        });
        TransformerTranslationTransformer model = trainer.Fit(train);
        TranslationMetrics metrics = ml.Translation.Evaluate(model.Transform(test));
        ml.Model.Save(model, train.Schema, "translator.zip");

        var several = model.With(new TranslationOptions
        {
            Search = new BeamSearchOptions { BeamSize = 8, BestCount = 5, LengthPenalty = LengthPenalty.Power, Alpha = 1 },
            BatchSize = 64, Precision = Precision.BFloat16,
        });

        var rnnSearch = ml.Translation.Trainers.RnnSearch(new RnnSearchTranslator.Options
        {
            Network = new RnnSearchNetworkOptions
            {
                EmbeddingSize = 256, HiddenSize = 512, AlignmentSize = 512, MaxoutSize = 256, Dropout = 0.2, InitialDeviation = 0.05,
            },
            SourceTokenisation = new TokenisationOptions { Merges = 6000 }, TargetTokenisation = null,
            Optimiser = RnnSearchOptimiser.Adam, LearningRate = 1e-3, BatchSize = 64, MaxEpochs = 15, ValidationSet = validation,
        });
        RnnSearchTranslationTransformer searching = rnnSearch.Fit(train);
        return (metrics, searching.With(several.Options));
    }

    public static double ImageGeneration(MLContext ml)
    {
        IDataView digits = ml.Data.LoadFromIdx("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz");
        var generator = ml.ImageGeneration.Trainers.InfoGan(new InfoGanGenerator.Options
        {
            Samples = new SampleGrids { Folder = "samples", EveryEpochs = 1 },
        }).Fit(digits);

        IDataView images = generator.Transform(ml.ImageGeneration.Seeds(64, seed: 1));
        ml.Model.Save(generator, null, "generator.zip");

        var encoder = generator.AsEncoder();
        CategoryMetrics categories = ml.ImageGeneration.EvaluateCategories(encoder.Transform(digits));
        InformationBound information = generator.MutualInformation(samples: 1000);
        CodeTraversal rotation = generator.Traverse(code: 1, samples: 10, steps: 10, from: -2, to: 2);
        rotation.ToImage().ToMLImage().Save("rotation.png");
        return images.Schema.Count > 0 ? categories.Accuracy + information.Total : 0;
    }

    public static InfoGanGenerator.Options OtherCodes()
    {
        var celebrities = new InfoGanGenerator.Options
        {
            Network = InfoGanNetworkOptions.CelebA with { ImageSize = 64, CategoricalCodes = [10, 10, 5], ContinuousCodes = 2 },
            CodesColumnName = "Codes", ContinuousWeight = 0.05, BatchSize = 64, MaxEpochs = 20,
        };
        return celebrities;
    }
}

internal static class SelfAttentionGanSnippets
{
    public static ImageGenerationMetrics Generation(MLContext ml, IDataView digits, IDataView realImages, SENetClassificationTransformer classifier)
    {
        var gan = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.ImageGeneration.Trainers.SelfAttentionGan(SelfAttentionGanGenerator.Options.Small with
            {
                Network = SelfAttentionGanNetworkOptions.Small with { Channels = 1 },
                MaxEpochs = 5, ShufflePoolSize = 60_000,
                Samples = new SampleGrids { Folder = "samples", Rows = 8, Columns = 10 },
            }));
        using SelfAttentionGanGenerationTransformer generator = gan.Fit(digits).LastTransformer;
        IDataView requests = ml.Data.LoadFromEnumerable([new Wish { Seed = 1, Label = "7" }, new Wish { Seed = 2, Label = "7" }]);
        IDataView generated = generator.Transform(requests);
        ml.Model.Save(generator, requests.Schema, "generator.zip");

        IReadOnlyList<GeneratedAttention> attended = generator.Attend([new GenerationRequest(Seed: 1, Class: 7)], (4, 8), (8, 8));
        float[] weights = attended[0].Maps[0].Weights;          // of the position in row 4, column 8: one for each 2 x 2 cell, row by row
        using MLImage picture = attended[0].ToImage().ToMLImage();
        picture.Save("attention.png");
        Console.WriteLine(weights.Length);

        using SENetClassificationTransformer judge = classifier.WithFeatures("Features");
        IDataView ours = judge.Transform(ml.Transforms.CopyColumns("Image", "GeneratedImage").Fit(generated).Transform(generated));
        ImageGenerationMetrics metrics = ml.ImageGeneration.Evaluate(ours, judge.Transform(realImages), new ImageGenerationEvaluationOptions
        {
            ScoreColumnName = "Score", LabelColumnName = "Label",
        });
        return metrics;
    }
}

public sealed class Wish
{
    public long Seed { get; set; }
    public string Label { get; set; } = "";
}

public sealed class Photo
{
    public string ImagePath { get; set; } = "";
}

public sealed class Detections
{
    public string[] PredictedLabel { get; set; } = [];
    public float[] PredictedBoundingBoxes { get; set; } = [];     // x0 y0 x1 y1 in pixels of the original image, 4 per object
    public float[] Score { get; set; } = [];                      // 0 to 1, best first
}

public sealed class ImageFile
{
    public string ImagePath { get; set; } = "";
    public string[] Label { get; set; } = [];              // class of each object
    public float[] BoundingBoxes { get; set; } = [];       // x0 y0 x1 y1, 4 per object
}

public sealed class ImageBytes
{
    [ColumnName("ImageBytes")]
    public byte[] Content { get; set; } = [];
}

public sealed class ImageInMemory
{
    [AnySizeImage]                                         // ML.NET's own [ImageType] needs a height and a width
    public MLImage Image { get; set; } = null!;
}

public sealed class DetectedObjects
{
    public string[] PredictedLabel { get; set; } = [];     // after MapKeyToValue("PredictedLabel"); uint[] without
    public float[] PredictedBoundingBoxes { get; set; } = [];
    public float[] Score { get; set; } = [];
}
