namespace MLNetDeepExtensions.Training;

/// <summary>Where a run stands, apart from its tensors: what a checkpoint holds as JSON.</summary>
internal sealed record RunState
{
    /// <summary>Index of the current phase.</summary>
    public int Phase { get; set; }

    /// <summary>Epochs of the phase that are finished.</summary>
    public int Epoch { get; set; }

    /// <summary>Where in the current epoch the next batch begins.</summary>
    public BatchPosition Position { get; set; }

    /// <summary>Rows of the current epoch that are done.</summary>
    public long RowsDone { get; set; }

    /// <summary>Updates since the start of the run.</summary>
    public long Step { get; set; }

    /// <summary>Updates since the start of the phase.</summary>
    public long PhaseStep { get; set; }

    /// <summary>Factor on the learning rate at the last update.</summary>
    public double RateFactor { get; set; }

    /// <summary>Updates and sums of loss terms since the start of the epoch.</summary>
    public EpochSums Sums { get; set; } = new();

    /// <summary>Best value so far of the watched metric.</summary>
    public double? BestScore { get; set; }

    /// <summary>Index in <see cref="Epochs"/> of the best epoch.</summary>
    public int? BestEpoch { get; set; }

    /// <summary>Validations since the best one.</summary>
    public int WithoutImprovement { get; set; }

    /// <summary>By phase: rows that could not be used.</summary>
    public long[][] SkippedRows { get; set; } = [];

    /// <summary>How the run ended, if it did.</summary>
    public TrainingEnd? End { get; set; }

    /// <summary>The finished epochs.</summary>
    public List<EpochRecord> Epochs { get; set; } = [];
}

/// <summary>Running sums over an epoch.</summary>
internal sealed record EpochSums
{
    public long Updates { get; set; }

    public double Seconds { get; set; }

    public Dictionary<string, double> Losses { get; set; } = [];

    public void Add(LossTerms loss, double seconds)
    {
        Updates++;
        Seconds += seconds;
        foreach ((string name, double value) in Named(loss))
            Losses[name] = Losses.GetValueOrDefault(name) + value;
    }

    public IReadOnlyDictionary<string, double> Means() => Losses.ToDictionary(sum => sum.Key, sum => sum.Value / Updates);

    public static IReadOnlyDictionary<string, double> Named(LossTerms loss)
    {
        var named = new Dictionary<string, double> { ["loss"] = loss.Total };
        foreach (LossTerm term in loss.Terms)
            named[term.Name] = term.Value;
        return named;
    }
}
