using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;
using MLNetDeepExtensions.Labels;
using MLNetDeepExtensions.Settings;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// Makes images. Adds <c>GeneratedImage</c>, made of what the row says in the columns that the options name: <c>Seed</c>, and for some generators
/// <c>Label</c> or <c>Codes</c>; what the row does not say is drawn by its seed. A row's random numbers are its own: the same row gives the same image, up to
/// one level of a byte, whatever rows are beside it.
/// </summary>
public abstract class ImageGenerationTransformer : NetworkTransformer<GenerationRequest, RgbImage>
{
    private protected ImageGenerationTransformer(IHostEnvironment env, GenerationOptions options, GenerationColumns columns, ClassLabels? labels) : base(env)
    {
        options.Faults().ThrowIfAny(options.GetType().Name, nameof(options));
        (BatchSize, Columns, ClassLabels) = (options.BatchSize, columns, labels);
    }

    /// <summary>Names of the classes that can be asked for, in the order of their keys; empty if the generator knows none.</summary>
    public IReadOnlyList<string> Labels => [.. Enumerable.Range(0, ClassLabels?.Count ?? 0).Select(index => ClassLabels!.NameOf(index))];

    /// <summary>Makes images without a data view, one for each request, in order.</summary>
    /// <exception cref="ArgumentException">A request asks for what the generator does not know; names its number.</exception>
    public IReadOnlyList<RgbImage> Generate(IReadOnlyList<GenerationRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        foreach ((int i, GenerationRequest request) in requests.Index())
        {
            if (Fault(request) is { } fault)
                throw new ArgumentException($"Request {i}: {fault}", nameof(requests));
        }
        return [.. requests.Chunk(BatchSize).SelectMany(batch => Run(batch))];
    }

    /// <summary>Writes the weights as safetensors, for other programs.</summary>
    /// <exception cref="IOException">The file cannot be written; an older one is untouched.</exception>
    public abstract void SaveWeights(string path);

    private protected GenerationColumns Columns { get; }

    /// <summary>The columns that the options ask for.</summary>
    private protected virtual GenerationColumns ColumnsToRead => Columns;

    private protected ClassLabels? ClassLabels { get; }

    private protected sealed override int BatchSize { get; }

    private protected override IReadOnlyList<ResultColumn<RgbImage>> Results => [ImageResult.Deliver<RgbImage>(Columns.GeneratedImage, image => image)];

    /// <summary>What is wrong with a request; null if it can be met.</summary>
    private protected abstract string? Fault(GenerationRequest request);

    private protected sealed override RowReader<GenerationRequest> ReaderFor(DataViewSchema schema)
    {
        RowReader<GenerationRequest> reader = new GenerationRequestReader(Host, ColumnsToRead, ClassLabels).For(schema);
        return new RowReader<GenerationRequest>(reader.Columns, row =>
        {
            Func<GenerationRequest> read = reader.Bind(row);
            return () => read() is var request && Fault(request) is { } fault ? throw new InvalidDataException(fault) : request;
        });
    }

    /// <summary>
    /// A chain of estimators hands its training data to every transformer it has fitted, and that data has no seeds: what is missing is told when an image is
    /// asked for.
    /// </summary>
    private protected sealed override RowReader<GenerationRequest> ReaderForView(DataViewSchema schema)
    {
        string?[] read = [Columns.Seed, Columns.Label, Columns.Codes];
        return read.All(name => name is null || schema.GetColumnOrNull(name) is not null)
            ? ReaderFor(schema) : new RowReader<GenerationRequest>([], _ => ReaderFor(schema).Bind(_));
    }
}

/// <summary>What is saved of a generator besides its weights.</summary>
internal sealed record SavedGenerator<TNetworkOptions, TOptions>(
    TNetworkOptions Network, TOptions Inference, GenerationColumns Columns, ClassLabels? Labels);
