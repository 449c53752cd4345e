using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// A trained Self-Attention GAN: noise, and a class if it knows classes, to images. See <see cref="ImageGenerationTransformer"/> for the columns.
/// </summary>
[SavedModel("SelfAttentionGan")]
public sealed class SelfAttentionGanGenerationTransformer
    : NetworkGenerationTransformer<SelfAttentionGanNetworkOptions, GenerationOptions, SelfAttentionGanNetwork>
{
    private static readonly GeneratorKind<SelfAttentionGanNetworkOptions, SelfAttentionGanNetwork> Kind = new(
        options => new SelfAttentionGanNetwork(options), Faults);

    internal SelfAttentionGanGenerationTransformer(IHostEnvironment env, SelfAttentionGanNetwork trained, GenerationOptions options, GenerationColumns columns,
        ClassLabels? labels, Device device)
        : base(env, Kind, new SavedGenerator<SelfAttentionGanNetworkOptions, GenerationOptions>(trained.Options, options, columns, labels), trained, device)
    {
    }

    private SelfAttentionGanGenerationTransformer(IHostEnvironment env, ModelZipReader zip) : base(env, Kind, zip)
    {
    }

    private SelfAttentionGanGenerationTransformer(SelfAttentionGanGenerationTransformer other, GenerationOptions options) : base(other, options)
    {
    }

    /// <summary>The same model, sharing its weights, with other settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public SelfAttentionGanGenerationTransformer With(GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SelfAttentionGanGenerationTransformer(this, options);
    }

    /// <summary>Makes images and says where some positions of the map looked while they were made (figure 5 of the paper).</summary>
    /// <param name="requests">One for each image.</param>
    /// <param name="queries">Rows and columns of positions in the map, from 0 to below <see cref="SelfAttentionGanNetworkOptions.AttentionSize"/>.</param>
    /// <exception cref="ArgumentException">A request asks for what the generator does not know; names its number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A position is not on the map.</exception>
    /// <exception cref="InvalidOperationException">The network has no attention.</exception>
    public IReadOnlyList<GeneratedAttention> Attend(IReadOnlyList<GenerationRequest> requests, params IReadOnlyList<(int Row, int Column)> queries)
    {
        int side = Network.AttentionSide;
        if (side == 0)
            throw new InvalidOperationException("The network has no attention.");
        foreach ((int row, int column) in queries)
        {
            if (row < 0 || row >= side || column < 0 || column >= side)
                throw new ArgumentOutOfRangeException(nameof(queries), $"Expected positions on a map of {side} x {side}, got row {row}, column {column}.");
        }
        IReadOnlyList<RgbImage> images = Generate(requests);
        IEnumerable<float[][]> weights = requests.Chunk(BatchSize).SelectMany(batch => Weights(batch, [.. queries.Select(query => (long)query.Row * side + query.Column)]));
        return [.. images.Zip(weights, (image, maps) => new GeneratedAttention(
            image, side, [.. queries.Zip(maps, (query, map) => new AttentionMap(query.Row, query.Column, side / 2, map))]))];
    }

    private protected override string? Fault(GenerationRequest request) =>
        request.Codes is not null ? "Expected no codes: the generator knows none."
        : request.Class is not int number ? null
        : Network.Classes == 0 ? $"Expected no class: the generator knows none, got {number}."
        : number < 0 || number >= Network.Classes ? $"Expected a class from 0 to {Network.Classes - 1}, got {number}."
        : null;

    private protected override IReadOnlyList<RgbImage> Draw(SelfAttentionGanNetwork network, IReadOnlyList<GenerationRequest> requests, Device device)
    {
        SelfAttentionGanInputs inputs = SelfAttentionGanInputs.Of(Network, requests).On(device);
        return SymmetricImages.ToImages(network.call(inputs.Noise_NZ, inputs.Classes_N));
    }

    /// <summary>For each image, for each of the positions: how much it attends to each cell.</summary>
    private IReadOnlyList<float[][]> Weights(IReadOnlyList<GenerationRequest> requests, long[] positions) => Infer((network, device) =>
    {
        SelfAttentionGanInputs inputs = SelfAttentionGanInputs.Of(Network, requests).On(device);
        var (_, attention_NPK) = network.Generator.WithAttention(inputs.Noise_NZ, inputs.Classes_N);
        Tensor chosen_NQK = attention_NPK!.index_select(1, tensor(positions, device: device)).cpu().contiguous();
        int cells = (int)chosen_NQK.shape[2];
        float[] values = MemoryMarshal.Cast<byte, float>(chosen_NQK.bytes).ToArray();
        return (IReadOnlyList<float[][]>)[.. values.Chunk(cells).Chunk(positions.Length)];
    });

    private static IEnumerable<string> Faults(SelfAttentionGanNetworkOptions network, int? classes)
    {
        foreach (string fault in network.Faults())
            yield return fault;
        if (network.Classes != (classes ?? 0))
            yield return $"Classes: expected {classes ?? 0}, one for each label, got {network.Classes}.";
    }
}
