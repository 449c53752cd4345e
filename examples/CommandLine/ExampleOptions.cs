using System.CommandLine;
using MLNetDeepExtensions.Blocks;

namespace MLNetDeepExtensions.Examples;

/// <summary>What every training example can be told on the command line; null: the example's own default.</summary>
internal sealed record ExampleOptions
{
    /// <summary>Folder of the data set; null for generated data.</summary>
    public string? Data { get; init; }

    /// <summary>Whether the example makes up its data.</summary>
    public bool IsGenerated => Data is null;

    /// <summary>Folder of a separate test set.</summary>
    public string? Test { get; init; }

    public int? Epochs { get; init; }

    public int? Batch { get; init; }

    public int? ImageSize { get; init; }

    public string? Backbone { get; init; }

    /// <summary>File with weights to start from.</summary>
    public string? Weights { get; init; }

    public Precision Precision { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Number of the GPU; null for the CPU.</summary>
    public int? Gpu { get; init; }

    /// <summary>Continue the run whose checkpoint is in <see cref="Out"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>Folder for model, history, pictures and metrics.</summary>
    public required string Out { get; init; }

    /// <summary>The parsed command line, for the options that only one example has.</summary>
    public ParseResult? CommandLine { get; init; }

    /// <summary>The value of an option that only one example has; the default without a command line.</summary>
    public T? Value<T>(Option<T> option) => CommandLine is null ? default : CommandLine.GetValue(option);
}
