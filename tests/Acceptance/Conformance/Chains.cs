using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>Pipelines around the estimator of a case.</summary>
internal static class Chains
{
    /// <summary>Maps every target that exists as text to keys.</summary>
    public static EstimatorChain<ITransformer> LabelMapping(MLContext ml, ConformanceCase testCase) => testCase.Inputs
        .Where(input => input.AsText is not null)
        .Aggregate(new EstimatorChain<ITransformer>(), (chain, input) =>
            chain.Append<ITransformer>(ml.Transforms.Conversion.MapValueToKey(input.Name, input.AsText)));

    /// <summary>Other transforms, the label's mapping, the estimator, the mapping back, other transforms.</summary>
    public static IEstimator<ITransformer> Whole(MLContext ml, ConformanceCase testCase) => testCase.PredictedLabels
        .Aggregate(
            new EstimatorChain<ITransformer>()
                .Append<ITransformer>(ml.Transforms.CopyColumns("Before", nameof(ConformanceRow.Text)))
                .Append<ITransformer>(LabelMapping(ml, testCase), TransformerScope.TrainTest)
                .Append<ITransformer>(testCase.Create(ml)),
            (chain, predicted) => chain.Append<ITransformer>(ml.Transforms.Conversion.MapKeyToValue($"{predicted}Text", predicted)))
        .Append<ITransformer>(ml.Transforms.CopyColumns("After", testCase.Outputs[0]))
        .Append<ITransformer>(ml.Transforms.NormalizeMinMax(nameof(ConformanceRow.Vector)));

    /// <summary>The estimator under other column names, which its inputs are copied to.</summary>
    public static IEstimator<ITransformer> Renamed(MLContext ml, ConformanceCase testCase) =>
        testCase.Inputs
            .Aggregate(new EstimatorChain<ITransformer>(), (chain, input) => chain.Append<ITransformer>(ml.Transforms.CopyColumns(Rename(input.Name), input.Name)))
            .Append<ITransformer>(ml.Transforms.DropColumns([.. testCase.Inputs.Select(input => input.Name)]))
            .Append<ITransformer>(testCase.Create(ml, Rename));

    public static string Rename(string name) => $"My {name}";
}
