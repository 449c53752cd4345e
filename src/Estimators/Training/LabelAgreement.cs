using Microsoft.ML;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Training;

/// <summary>The keys of training and validation must mean the same.</summary>
internal static class LabelAgreement
{
    /// <exception cref="ArgumentException">The validation set has other keys than the training data.</exception>
    public static void Ensure(TrainingOptions options, string labelColumnName, ClassLabels training, Func<DataViewSchema, ClassLabels> labelsOf)
    {
        if (options.ValidationSet is { } validation && !labelsOf(validation.Schema).Equals(training))
            throw new ArgumentException(
                $"{nameof(options.ValidationSet)}: column '{labelColumnName}' has other keys than the training data: map both with the same fitted MapValueToKey.");
    }
}
