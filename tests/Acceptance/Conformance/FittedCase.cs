using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.ML;
using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>A case with its estimator fitted once for all tests, and the values that its model gives.</summary>
internal sealed class FittedCase
{
    public const int RowCount = 14;
    private static readonly ConcurrentDictionary<string, Lazy<FittedCase>> Fitted = new();
    private static readonly string[] Buffers = ["running_mean", "running_var", "num_batches_tracked", "weight_u", "weight_v"];

    private FittedCase(ConformanceCase testCase)
    {
        Case = testCase;
        Data = testCase.Data(ML, RowCount);
        Model = testCase.Create(ML).Fit(Data);
        Values = ColumnValues.Read(Model.Transform(Data), testCase.Outputs);
    }

    public ConformanceCase Case { get; }

    public MLContext ML { get; } = ConformanceCase.NewContext();

    public IDataView Data { get; }

    public ITransformer Model { get; }

    /// <summary>Values of the outputs, row by row.</summary>
    public object[][] Values { get; }

    public static FittedCase Of(string name) =>
        Fitted.GetOrAdd(name, _ => new Lazy<FittedCase>(() => new FittedCase(ConformanceCases.Named(name)))).Value;

    /// <summary>The model saved and loaded again, in a context of its own.</summary>
    public ITransformer Reload(out DataViewSchema schema) => ConformanceCase.NewContext().Model.Load(new MemoryStream(Zip(Model)), out schema);

    public ITransformer Reload() => Reload(out _);

    public byte[] Zip(ITransformer model) => Zip(ML, model, Data);

    /// <summary>Parameters of the network.</summary>
    public int Parameters => WeightNames(Model).Count(name => !Buffers.Any(buffer => name.EndsWith(buffer, StringComparison.Ordinal)));

    /// <summary>Parameters made to train or load a model and to use it.</summary>
    public int ParametersMade => Case.KeepsPreparedCopy
        ? (Case.ConvertsPreparedCopy ? 3 : 2) * Parameters + WeightNames(Model).Count(name => Case.FoldsNormalisation && name.EndsWith("running_mean", StringComparison.Ordinal))
        : Parameters;

    /// <summary>A hash of every weights file in the saved model.</summary>
    public string WeightsHash(ITransformer model) => WeightsHash(ML, model, Data);

    /// <inheritdoc cref="WeightsHash(ITransformer)"/>
    public static string WeightsHash(MLContext ml, ITransformer model, IDataView data)
    {
        using var archive = new ZipArchive(new MemoryStream(Zip(ml, model, data)));
        return string.Join(", ", archive.Entries.Where(entry => entry.Name == "Weights.safetensors").Select(entry =>
        {
            using Stream weights = entry.Open();
            return Convert.ToHexString(SHA256.HashData(weights));
        }));
    }

    private static byte[] Zip(MLContext ml, ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        return stream.ToArray();
    }

    private string[] WeightNames(ITransformer model)
    {
        using var archive = new ZipArchive(new MemoryStream(Zip(model)));
        using var weights = new SafetensorsReader(archive.Entries.Single(entry => entry.Name == "Weights.safetensors").Open());
        return [.. weights.Entries.Select(entry => entry.Name)];
    }
}
