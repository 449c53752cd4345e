using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Examples;

/// <summary>Writes what a translator's run brought: <c>history.csv</c>, <c>history.png</c>, <c>metrics.json</c>, <c>translations.csv</c>, pictures of alignments.</summary>
internal static class TranslationReport
{
    /// <returns>The last line to print.</returns>
    public static string Write(string name, TranslationData data, TranslationTransformer model, TranslationTest test, OutputFolder output)
    {
        TrainingHistory history = model.History;
        HistoryCsv.Write(history, output.File("history.csv"));
        HistoryPlot.Write(history, $"{name}: {data.Description}", output.File("history.png"));
        JsonObject metrics = Json(name, data, model, test, output);
        File.WriteAllText(output.File("metrics.json"), metrics.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        WriteTranslations(test, output.File("translations.csv"));
        string pictures = output.EmptyFolder("alignments");
        foreach ((int number, AlignedSentence sentence) in test.Aligned.Index())
            AlignmentPlot.Write(sentence, Path.Combine(pictures, $"{number + 1:000}.png"));
        return FormattableString.Invariant($"{name}: BLEU={100 * test.Metrics.Bleu:0.00} train={TrainingRate.Of(history):0.0} pairs/s")
            + FormattableString.Invariant($" predict={test.SentencesPerSecond:0.0} sentences/s model={output.Model}");
    }

    private static JsonObject Json(string name, TranslationData data, TranslationTransformer model, TranslationTest test, OutputFolder output) => new()
    {
        ["system"] = name,
        ["data"] = data.Description,
        ["trainPairs"] = data.TrainCount,
        ["testSet"] = data.TestName,
        ["testSentences"] = test.Results.Count,
        ["model"] = output.Model,
        ["parameters"] = model.ParameterCount,
        ["device"] = model.History.Device,
        ["end"] = model.History.End.ToString(),
        ["epochs"] = model.History.Epochs.Count,
        ["bestEpoch"] = model.History.Best?.Epoch,
        ["trainingMinutes"] = Math.Round(model.History.Epochs.Sum(epoch => epoch.Seconds) / 60, 3),
        ["trainPairsPerSecond"] = Math.Round(TrainingRate.Of(model.History), 3),
        ["predictSentencesPerSecond"] = Math.Round(test.SentencesPerSecond, 3),
        ["BLEU"] = Math.Round(100 * test.Metrics.Bleu, 4),
        ["signature"] = test.Metrics.Signature,
        ["METEOR exact and stem"] = Math.Round(100 * test.Metrics.Meteor, 4),
        ["cutSentences"] = model.TruncatedSentences,
    };

    private static void WriteTranslations(TranslationTest test, string path)
    {
        var csv = new CsvWriter(["source", "reference", "translation", "sentence BLEU"]);
        foreach ((TranslatedSentence sentence, var metrics) in test.Results.Zip(test.Metrics.PerSentence))
            csv.Add([sentence.Source, sentence.Target, sentence.PredictedTranslation, 100 * metrics.Bleu]);
        csv.Write(path);
    }
}
