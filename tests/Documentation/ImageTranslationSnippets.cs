using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageTranslation;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Documentation;

/// <summary>The C# of docs/image-translation.md, so that it compiles. See <see cref="DocumentationTests"/>.</summary>
internal static class ImageTranslationSnippets
{
    public static TransformerChain<CycleGanTranslationTransformer> Training(MLContext ml)
    {
        IDataView images = ml.Data.LoadFromUnpairedImages("horse2zebra/trainA", "horse2zebra/trainB");

        var pipeline = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.ImageTranslation.Trainers.CycleGan(new CycleGanTranslator.Options
            {
                MaxEpochs = 200,
                Network = new CycleGanNetworkOptions { ResidualBlocks = 6 },
                Augmentation = new TranslationAugmentation { LoadSize = 143, CropSize = 128 },
                IdentityWeight = 0.5,
                Samples = new SampleGrids { Folder = "samples", EveryEpochs = 5, Rows = 4, Columns = 6 },
            }));
        TransformerChain<CycleGanTranslationTransformer> model = pipeline.Fit(images);
        return model;
    }

    public static double Use(MLContext ml, TransformerChain<CycleGanTranslationTransformer> model, IDataView horsesToTest)
    {
        CycleGanTranslationTransformer network = model.LastTransformer, reverse = network.Reverse();
        IDataView zebras = model.Transform(horsesToTest);
        ImageTranslationMetrics metrics = ml.ImageTranslation.Evaluate(zebras);
        double signalToNoise = metrics.Cycle!.PeakSignalToNoise, similarity = metrics.Cycle.StructuralSimilarity;
        ml.Model.Save(reverse, null, "zebra2horse.zip");
        return signalToNoise + similarity;
    }

    public static IEstimator<ITransformer>[] Pretrained(MLContext ml)
    {
        var painter = ml.Transforms.DecodeImages("Image", "ImagePath")
            .Append(ml.Transforms.TranslateImages("latest_net_G.pth"));
        var both = ml.Transforms.TranslateImages("latest_net_G_A.pth", "latest_net_G_B.pth", new CycleGanNetworkOptions { ResidualBlocks = 6 });
        return [painter, both];
    }
}
