using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>The folder that a run writes into.</summary>
internal sealed class OutputFolder
{
    private readonly string path;

    /// <exception cref="UserError">It holds an unfinished run that is not to be resumed, or none that could be.</exception>
    public OutputFolder(ExampleOptions options)
    {
        path = options.Out;
        bool holdsRun = Directory.Exists(Checkpoint) && Directory.EnumerateFiles(Checkpoint).Any();
        if (holdsRun && !options.Resume)
            throw new UserError($"{path} holds an unfinished run: continue it with --resume, or choose another folder with --out.");
        if (!holdsRun && options.Resume)
            throw new UserError($"{path} holds no unfinished run that could be resumed.");
        Directory.CreateDirectory(path);
    }

    public string Model => File("model.zip");

    /// <summary>Where the trainer keeps the state of an unfinished run.</summary>
    public string Checkpoint => Path.Combine(path, "checkpoint");

    public string File(string name) => Path.Combine(path, name);

    /// <summary>A folder inside, without what an earlier run left there.</summary>
    public string EmptyFolder(string name)
    {
        string folder = Path.Combine(path, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Forgets the run's state, now that its model is saved; an interrupted run can still be resumed.</summary>
    public void Finish(TrainingHistory history)
    {
        if (history.End != TrainingEnd.Cancelled && Directory.Exists(Checkpoint))
            Directory.Delete(Checkpoint, recursive: true);
    }
}
