using MLNetDeepExtensions.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>Speaks of images word by word, for the search: the state of a row is the LSTM's memory.</summary>
public sealed class ShowTellDecoder : IStepDecoder
{
    private readonly ShowTellNetwork network;
    private LstmState state;

    /// <param name="network">In evaluation mode; not owned.</param>
    /// <param name="images_SE">Of <see cref="ShowTellNetwork.Project"/>, on the network's device. Read here, at step -1, and never
    /// again.</param>
    public ShowTellDecoder(ShowTellNetwork network, Tensor images_SE)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images_SE);
        using DisposeScope scope = NewDisposeScope();
        using var constant = no_grad();
        this.network = network;
        SentenceCount = (int)images_SE.shape[0];
        state = network.Begin(images_SE).Detach();
    }

    /// <inheritdoc/>
    public int SentenceCount { get; }

    /// <inheritdoc/>
    public Tensor Step(Tensor tokens_R)
    {
        ArgumentNullException.ThrowIfNull(tokens_R);
        using LstmState before = state;
        state = network.Read(tokens_R.to(before.Output_RH.device), before).Detach();
        return network.Logits(state.Output_RH);
    }

    /// <inheritdoc/>
    public void Select(RowSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        using LstmState before = state;
        using Tensor rows = tensor(selection.Rows.ToArray()).to(before.Output_RH.device);
        state = before.Select(rows).Detach();
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();
}
