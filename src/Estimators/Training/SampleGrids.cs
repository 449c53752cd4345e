using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Training;

/// <summary>Pictures of what a network makes while it learns: PNG files <c>epoch-0001.png</c>, ... of images in rows and columns.</summary>
public sealed record SampleGrids
{
    /// <summary>Where the files are written; made if it is not there.</summary>
    public string Folder { get; init; } = "samples";

    /// <summary>Epochs between two pictures. At least 1; there is always one after the last epoch.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Rows of images. At least 1.</summary>
    public int Rows { get; init; } = 8;

    /// <summary>Images in a row. At least 1.</summary>
    public int Columns { get; init; } = 8;

    internal IEnumerable<string> Faults()
    {
        if (string.IsNullOrEmpty(Folder))
            yield return $"{nameof(Folder)}: expected a path, got none.";
        foreach ((string name, int value) in new (string, int)[] { (nameof(EveryEpochs), EveryEpochs), (nameof(Rows), Rows), (nameof(Columns), Columns) })
        {
            if (value < 1)
                yield return $"{name}: expected at least 1, got {value}.";
        }
    }

    /// <summary>For a phase's <see cref="TrainingPhase{TBatch}.EpochEnded"/>.</summary>
    /// <param name="epochs">Of the phase.</param>
    /// <param name="draw">The images of a picture, row by row: as many as are asked for, the same inputs at each call.</param>
    internal Action<int> After(int epochs, Func<SampleGrids, IReadOnlyList<RgbImage>> draw) => epoch =>
    {
        if (epoch % EveryEpochs == 0 || epoch == epochs)
            PngFile.Write(ImageGrid.Of(draw(this), Columns), Path.Combine(Folder, $"epoch-{epoch:D4}.png"));
    };
}
