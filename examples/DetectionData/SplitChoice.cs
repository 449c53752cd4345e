namespace MLNetDeepExtensions.Examples;

/// <summary>Which splits of a data set are trained on and which are tested on. Null stands for all the data of a set without splits.</summary>
/// <param name="Train">Splits to train on together.</param>
/// <param name="Test">Split to test on; none if a part of the training data must be set aside.</param>
internal sealed record SplitChoice(IReadOnlyList<string?> Train, string? Test)
{
    private static readonly string[] TestNames = ["test", "testing"], ValidationNames = ["val", "valid", "validation"], TrainNames = ["train", "training"];

    /// <summary>
    /// With a test split: trains on <c>trainval</c>, or on <c>train</c> and <c>val</c>. Without: trains on <c>train</c> and tests on <c>val</c>, if there is one.
    /// </summary>
    /// <param name="splits">What the data set has.</param>
    /// <param name="hasOtherTest">Whether another folder is tested on.</param>
    public static SplitChoice Of(IReadOnlyCollection<string> splits, bool hasOtherTest)
    {
        string? test = splits.FirstOrDefault(TestNames.Contains), validation = splits.FirstOrDefault(ValidationNames.Contains);
        string? train = splits.FirstOrDefault(TrainNames.Contains), both = splits.FirstOrDefault(split => split == "trainval");
        bool isTested = test is not null || hasOtherTest;
        if (!isTested && train is not null && validation is not null)
            return new SplitChoice([train], validation);
        if (both is not null)
            return new SplitChoice([both], test);
        return new SplitChoice(train is null ? [null] : isTested && validation is not null ? [train, validation] : [train], test);
    }

    /// <summary>The split to test on in a folder that is only for testing.</summary>
    public static string? ForTesting(IReadOnlyCollection<string> splits) =>
        splits.FirstOrDefault(TestNames.Contains) ?? splits.FirstOrDefault(ValidationNames.Contains) ?? splits.FirstOrDefault();
}
