using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>How well the words around a place of the source match a state of the decoder (appendix A.1.2):
/// a(s, h) = v_a · tanh(W_a s + U_a h).</summary>
internal sealed class AlignmentModel : Module
{
    private readonly Linear state, annotation, energy;

    public AlignmentModel(int stateSize, int annotationSize, int size) : base(nameof(AlignmentModel))
    {
        state = Linear(stateSize, size, hasBias: false);
        annotation = Linear(annotationSize, size, hasBias: false);
        energy = Linear(size, 1, hasBias: false);
        RegisterComponents();
    }

    /// <summary>W_a and U_a normal, v_a zero (appendix B.1): at first all words weigh the same.</summary>
    public void Initialise(double deviation)
    {
        RnnSearchInitialisation.Normal(state, deviation);
        RnnSearchInitialisation.Normal(annotation, deviation);
        init.zeros_(energy.weight);
    }

    /// <summary>U_a h [B, S, n'], which does not depend on the decoder.</summary>
    public Tensor Keys(Tensor annotations_BSc) => annotation.call(annotations_BSc);

    /// <summary>Weights [B, W, S] of the source words for W states of each sentence (equation 6).</summary>
    /// <param name="states_BWn">States of the decoder.</param>
    /// <param name="keys_BSa">What <see cref="Keys"/> gave.</param>
    /// <param name="padding_BS">True where there is no word, which gets the weight 0.</param>
    public Tensor Weights(Tensor states_BWn, Tensor keys_BSa, Tensor padding_BS)
    {
        Tensor match_BWSa = (state.call(states_BWn).unsqueeze(2) + keys_BSa.unsqueeze(1)).tanh();
        Tensor energies_BWS = energy.call(match_BWSa).squeeze(-1).masked_fill(padding_BS.unsqueeze(1), float.NegativeInfinity);
        return functional.softmax(energies_BWS, -1);
    }
}
