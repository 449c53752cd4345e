using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>Scores of the next word from state, previous word and context through one layer of maxout units (appendix A.2.2):
/// t~ = U_o s + V_o E y + C_o c, t_j = max(t~_2j-1, t~_2j), and W_o t before the softmax.</summary>
/// <remarks>Has biases, as the authors' code; the paper leaves them out. The authors' code also splits W_o into two factors of rank 620,
/// which this does not.</remarks>
internal sealed class DeepOutput : Module
{
    private readonly Linear state, word, context, vocabulary;
    private readonly double dropout;

    public DeepOutput(RnnSearchNetworkOptions options, int annotationSize) : base(nameof(DeepOutput))
    {
        int size = 2 * options.MaxoutSize;
        state = Linear(options.HiddenSize, size);
        word = Linear(options.EmbeddingSize, size, hasBias: false);
        context = Linear(annotationSize, size, hasBias: false);
        vocabulary = Linear(options.MaxoutSize, options.TargetVocabulary);
        dropout = options.Dropout;
        RegisterComponents();
        foreach (Linear layer in new[] { state, word, context, vocabulary })
            RnnSearchInitialisation.Normal(layer, options.InitialDeviation);
    }

    /// <summary>C_o h [B, S, 2l].</summary>
    public Tensor Read(Tensor annotations_BSc) => context.call(annotations_BSc);

    /// <summary>Scores [..., V].</summary>
    /// <param name="state_n">The state.</param>
    /// <param name="word_m">Embedding of the word before.</param>
    /// <param name="context_2l">C_o c.</param>
    public Tensor Scores(Tensor state_n, Tensor word_m, Tensor context_2l)
    {
        Tensor pairs = state.call(state_n) + word.call(word_m) + context_2l;
        Tensor maxout_l = pairs.view([.. pairs.shape[..^1], pairs.shape[^1] / 2, 2]).max(-1).values;
        return vocabulary.call(functional.dropout(maxout_l, dropout, training));
    }
}
