using MLNetDeepExtensions.Classification;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Captioning;

/// <summary>The published weights that a captioner can start from: those of the classifier whose convolutional part is its
/// encoder.</summary>
internal static class ShowTellCheckpoints
{
    private const string Encoder = "encoder.";

    public static IReadOnlyList<CheckpointLayout> ToStartFrom(ShowTellNetworkOptions network) =>
    [
        .. SENetCheckpoints.ToStartFrom(network.Encoder).Select(kind => kind with
        {
            Rename = name => kind.Rename(name) is { } renamed && !SENetCheckpoints.IsClassifier(renamed) ? Encoder + renamed : null,
            MayLack = name => !name.StartsWith(Encoder, StringComparison.Ordinal) || kind.MayLack(name[Encoder.Length..]),
        }),
    ];
}
