using System.CommandLine;
using Microsoft.ML;
using MLNetDeepExtensions.Training;
using MLNetDeepExtensions.Translation;

namespace MLNetDeepExtensions.Examples;

/// <summary>A translator on pairs of sentences: from a folder of text files to a zip that any program with the library can load. A system adds its recipe.</summary>
/// <typeparam name="TOptions">What its trainer is told.</typeparam>
internal abstract class TranslationExample<TOptions> : TrainingExample where TOptions : TranslationTrainingOptions
{
    private readonly Option<string> from = new("--from") { Description = "Language to translate: ending of the files; default en.", HelpName = "LANG", DefaultValueFactory = _ => "en" };
    private readonly Option<string> to = new("--to") { Description = "Language to translate into; default de.", HelpName = "LANG", DefaultValueFactory = _ => "de" };

    protected sealed override IEnumerable<Option> OwnOptions => [from, to, .. SystemOptions];

    /// <summary>Options that only this system has.</summary>
    protected virtual IEnumerable<Option> SystemOptions => [];

    /// <summary>Network and training without what the command line says of every run.</summary>
    /// <exception cref="UserError">An option does not fit the system.</exception>
    protected abstract TOptions Recipe(ExampleOptions options, TranslationData data);

    protected abstract IEstimator<TranslationTransformer> Trainer(TranslationTrainers trainers, TOptions options);

    /// <summary>Further tables and pictures of a system.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="test">What the trained model was found to do.</param>
    /// <param name="trainAgain">Trains and tests once more, with the options changed; keeps only what the test finds.</param>
    /// <param name="output">Where to write.</param>
    protected virtual void Report(ExampleOptions options, TranslationTest test, Func<Func<TOptions, TOptions>, TranslationTest> trainAgain, OutputFolder output)
    {
    }

    public sealed override string Run(ExampleOptions options)
    {
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        TranslationData data = TranslationData.Load(ml, options, options.Value(from) ?? "en", options.Value(to) ?? "de", output);
        TOptions recipe = Recipe(options, data);

        using TranslationTransformer model = session.Watch(
            () => Trainer(ml.Translation.Trainers, ForRun(recipe, options, data, output, session)).Fit(data.Train));
        ml.Model.Save(model, data.Train.Schema, output.Model);
        output.Finish(model.History);

        TranslationTest test = TranslationTest.Run(ml, model, data.Test);
        Report(options, test, TrainAgain, output);
        return TranslationReport.Write(Name, data, model, test, output);

        TranslationTest TrainAgain(Func<TOptions, TOptions> change)
        {
            TranslationTrainingOptions changed = ForRun(change(recipe), options, data, output, session);
            using TranslationTransformer other = session.Watch(
                () => Trainer(ml.Translation.Trainers, (TOptions)(changed with { CheckpointDirectory = null, Resume = false })).Fit(data.Train));
            return TranslationTest.Run(ml, other, data.Test);
        }
    }

    private static TOptions ForRun(
        TranslationTrainingOptions recipe, ExampleOptions options, TranslationData data, OutputFolder output, TrainingSession session) =>
        (TOptions)(recipe with
        {
            MaxEpochs = options.Epochs ?? recipe.MaxEpochs,
            Precision = options.Precision,
            Inference = recipe.Inference with { Precision = options.Precision },
            ValidationSet = data.Validation,
            ValidationFraction = data.Validation is null ? 0.02 : 0,
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 500,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
        });
}
