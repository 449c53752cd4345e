using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what an InfoGAN's run brought: see <see cref="GenerationRun"/>.</summary>
internal static class InfoGanReport
{
    /// <param name="name">Of the example.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="model">What was trained.</param>
    /// <param name="information">How much of the codes is in the images.</param>
    /// <param name="metrics">How the categories agree with labels; null without labels.</param>
    /// <param name="imagesPerSecond">Of generation.</param>
    /// <param name="output">Where to write.</param>
    /// <returns>The last line to print.</returns>
    public static string Write(string name, GenerationData data, InfoGanGenerationTransformer model, InformationBound information, CategoryMetrics? metrics,
        double imagesPerSecond, OutputFolder output)
    {
        string end = GenerationRun.Write(name, data, model.History, imagesPerSecond,
        [
            ("network", model.Network.Architecture.ToString()),
            ("width", model.Network.Width),
            ("categoricalInformation", Math.Round(information.Categorical, 6)),
            ("categoricalEntropy", Math.Round(information.CategoricalEntropy, 6)),
            ("continuousInformation", Math.Round(information.Continuous, 6)),
            ("testImages", metrics?.Count),
            ("accuracy", metrics is null ? null : Math.Round(metrics.Accuracy, 6)),
            ("majorityAccuracy", metrics is null ? null : Math.Round(metrics.MajorityAccuracy, 6)),
            ("labelOfCategory", metrics is null ? null : new JsonArray([.. metrics.LabelOfCategory.Select(label => (JsonNode?)label)])),
        ], output);
        string accuracy = metrics is null ? "none" : $"{metrics.Accuracy:0.000}";
        return $"{name}: accuracy={accuracy} mi={information.Categorical:0.000} {end}";
    }
}
