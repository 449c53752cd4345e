using MLNetDeepExtensions.Decoding;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>One or several networks of one vocabulary that speak together: the probabilities of each next word are averaged (arXiv
/// 1411.4555, section 4.3.1).</summary>
/// <remarks>State names: those of the network if there is one, else "members.0." and so on before them.</remarks>
internal sealed class ShowTellEnsemble : nn.Module
{
    private readonly ModuleList<ShowTellNetwork> members;

    /// <summary>Takes over the networks.</summary>
    public ShowTellEnsemble(params ShowTellNetwork[] networks) : base(nameof(ShowTellEnsemble))
    {
        members = new ModuleList<ShowTellNetwork>(networks);
        RegisterComponents();
    }

    /// <summary>The networks.</summary>
    public IReadOnlyList<ShowTellNetwork> Members => [.. members];

    /// <summary>Networks with random weights.</summary>
    public static ShowTellEnsemble Create(IEnumerable<ShowTellNetworkOptions> networks) =>
        new([.. networks.Select(options => new ShowTellNetwork(options))]);

    /// <summary>For each network the images as its LSTM reads them [N, E].</summary>
    /// <param name="pixelsOfSide">Images of so many pixels a side, 0 to 1.</param>
    public IReadOnlyList<Tensor> Project(Func<int, Tensor> pixelsOfSide) =>
        [.. members.Select(member => member.Project(member.Features(pixelsOfSide(member.Options.Encoder.ImageSize))))];

    /// <summary>Speaks of images.</summary>
    /// <param name="images_SE">For each network, of <see cref="Project"/>.</param>
    public IStepDecoder Decoder(IReadOnlyList<Tensor> images_SE)
    {
        IStepDecoder[] decoders = [.. members.Zip(images_SE).Select(member => new ShowTellDecoder(member.First, member.Second))];
        return decoders is [var single] ? single : new EnsembleDecoder(decoders);
    }

    /// <summary>log p(S|I) of each caption, [P].</summary>
    /// <param name="images_NE">For each network, of <see cref="Project"/>.</param>
    /// <param name="captions">Of these images.</param>
    public Tensor LogProbabilities(IReadOnlyList<Tensor> images_NE, CaptionTokens captions)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor members_KM = stack(members.Zip(images_NE).Select(member => ShowTellLoss.WordLogProbabilities(member.First, member.Second, captions)));
        Tensor words_M = members_KM.logsumexp(0) - Math.Log(members_KM.shape[0]);
        return ShowTellLoss.SumOfCaptions(words_M, captions).MoveToOuterDisposeScope();
    }

    /// <summary>A single network's state under its own names.</summary>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
        members.Count == 1 ? members[0].state_dict(destination, prefix) : base.state_dict(destination, prefix);
}
