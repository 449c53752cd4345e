using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Classification;

[TestClass]
public sealed class ExcitationProfileTests
{
    private readonly MLContext ml = new(seed: 1);

    [TestMethod]
    public void BlocksHaveThePapersNamesAndChannels()
    {
        using SENetClassificationTransformer model = Model(Bars.Network);

        ExcitationProfile profile = model.ExcitationProfile(Bars.View(ml, 7, seed: 1));

        CollectionAssert.AreEqual(new[] { "SE_2_1", "SE_2_2", "SE_3_1", "SE_3_2", "SE_4_1", "SE_4_2", "SE_5_1", "SE_5_2" },
            profile.Blocks.Select(block => block.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 32, 32, 64, 64, 128, 128, 256, 256 }, profile.Blocks.Select(block => block.Mean.Length).ToArray());
        CollectionAssert.AreEqual(Bars.Names, profile.Classes.Order().ToArray());
        CollectionAssert.AreEqual(profile.Classes.Select(name => name == "cross" ? 3 : 2).ToArray(), profile.ImageCounts.ToArray());
    }

    [TestMethod]
    public void AGateThatDoesNotLookIsTheSigmoidOfItsBias()
    {
        using SENetClassificationTransformer model = Model(Bars.Network);
        model.UseNetwork(network =>
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGradient = no_grad();
            IReadOnlyDictionary<string, Tensor> weights = network.state_dict();
            weights["layer1.1.se.fc2.weight"].zero_();
            weights["layer1.1.se.fc2.bias"].copy_(linspace(-2, 2, 32));
            return true;
        });

        BlockExcitation block = model.ExcitationProfile(Bars.View(ml, 6, seed: 1)).Blocks[1];

        foreach (float[] means in block.ClassMeans.Append(block.Mean))
            for (int channel = 0; channel < 32; channel++)
                Assert.AreEqual(1 / (1 + Math.Exp(2 - channel * 4 / 31.0)), means[channel], 1e-5);
    }

    [TestMethod]
    public void MeansAreThoseOfTheImagesOneByOne()
    {
        using SENetClassificationTransformer model = Model(Bars.Network);
        Bars.Picture[] pictures = Bars.Generate(8, seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(pictures), keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

        ExcitationProfile profile = model.ExcitationProfile(keys);

        CollectionAssert.AreEqual(pictures.Take(3).Select(picture => picture.Label).ToArray(), profile.Classes.ToArray(), "the order of the keys");
        foreach ((int index, BlockExcitation block) in profile.Blocks.Index())
        {
            float[][] single = [.. pictures.Select(picture => OneByOne(model, picture).Blocks[index].Mean)];
            for (int channel = 0; channel < block.Mean.Length; channel++)
            {
                Assert.AreEqual(single.Average(values => values[channel]), block.Mean[channel], 1e-5);
                for (int c = 0; c < profile.Classes.Count; c++)
                    Assert.AreEqual(single.Where((_, i) => pictures[i].Label == profile.Classes[c]).Average(values => values[channel]), block.ClassMeans[c][channel], 1e-5);
            }
        }
    }

    [TestMethod]
    public void ABaselineHasNoProfile()
    {
        using SENetClassificationTransformer model = Model(Bars.Network with { SqueezeExcitation = null });
        Assert.ThrowsExactly<InvalidOperationException>(() => model.ExcitationProfile(Bars.View(ml, 3, seed: 1)));
    }

    private ExcitationProfile OneByOne(SENetClassificationTransformer model, Bars.Picture picture) =>
        model.ExcitationProfile(ml.Data.LoadFromEnumerable([picture]));

    private SENetClassificationTransformer Model(SENetNetworkOptions network) => new(ml,
        Formula.Fill(new SENetNetwork(network with { Classes = 3 })), new ClassificationOptions { CropFraction = 1, BatchSize = 3 }, "Image",
        new ClassificationColumns(), ClassLabels.Named(Bars.Names), CPU);
}
