using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Captioning;
using MLNetDeepExtensions.Classification;

namespace MLNetDeepExtensions.Tests.Documentation;

/// <summary>The C# of docs/captioning.md, so that it compiles. See <see cref="DocumentationTests"/>.</summary>
internal static class CaptioningSnippets
{
    public static IDataView[] Data(MLContext ml)
    {
        IDataView train = ml.Data.LoadFromCaptions("aerial", split: "train");
        IDataView coco = ml.Data.LoadFromCaptions("annotations/captions_train2017.json", imageFolder: "train2017");
        IDataView flickr = ml.Data.LoadFromCaptions("Flickr8k.token.txt", "Flicker8k_Dataset", split: "Flickr_8k.trainImages.txt");
        return [train, coco, flickr];
    }

    public static void Training(MLContext ml, IDataView train, IDataView test)
    {
        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.ImageCaptioning.Trainers.ShowTell(new ShowTellCaptioner.Options
            {
                Network = new ShowTellNetworkOptions { Encoder = SENetNetworkOptions.Torchvision(SENetArchitecture.ResNet50) },
                PretrainedWeights = "resnet50.pth",
                Optimiser = CaptioningOptimiser.Adam, LearningRate = 1e-3, MaxEpochs = 20,
                FineTuningEpochs = 5, FineTuningLearningRate = 1e-5,
                ValidationFraction = 0.05, BestBy = "CIDEr-D",
            }));
        var model = pipeline.Fit(train);
        CaptioningMetrics metrics = ml.ImageCaptioning.Evaluate(model.Transform(test));
        Console.WriteLine($"BLEU-4 {metrics.Bleu4:0.000}, CIDEr-D {metrics.CiderD:0.000}");
    }

    public static IReadOnlyList<ScoredCaption> Captions(
        ShowTellCaptioningTransformer captioner, ShowTellCaptioningTransformer second, ShowTellCaptioningTransformer third, MLImage image)
    {
        ShowTellCaptioningTransformer quick = captioner.With(captioner.Options with { BeamSize = 3, LengthNormalisation = 0.7, Candidates = 3 });
        ShowTellCaptioningTransformer ensemble = captioner.EnsembleWith(second, third);
        IReadOnlyList<ScoredCaption> ranked = captioner.RankCaptions(image, ["a harbour with many boats.", "a piece of farmland."]);
        return ranked.Count > 0 ? ranked : [new ScoredCaption($"{quick.Options.BeamSize}", ensemble.Networks.Count)];
    }
}
