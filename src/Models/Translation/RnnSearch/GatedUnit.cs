using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.Translation;

/// <summary>The gated hidden units of Cho et al. 2014 (appendix A.1.1) with what they read.</summary>
/// <remarks>Not TorchSharp's GRU: there the update gate keeps the old state instead of the new, and the reset gate acts after the product
/// with U instead of before, so that neither can stand for the other. Has biases, as the authors' code; the paper leaves them out.</remarks>
internal sealed class GatedUnit : Module
{
    private readonly Linear input, gates, candidate;

    public GatedUnit(int inputSize, int hiddenSize) : base(nameof(GatedUnit))
    {
        HiddenSize = hiddenSize;
        input = Linear(inputSize, 3 * hiddenSize);
        gates = Linear(hiddenSize, 2 * hiddenSize, hasBias: false);
        candidate = Linear(hiddenSize, hiddenSize, hasBias: false);
        RegisterComponents();
    }

    public int HiddenSize { get; }

    /// <summary>The number format of the weights, in which all is computed; embeddings may have another.</summary>
    public ScalarType Format => gates.weight.dtype;

    /// <summary>Orthogonal recurrent matrices, each for itself; the others normal (appendix B.1).</summary>
    public void Initialise(double deviation)
    {
        RnnSearchInitialisation.Normal(input, deviation);
        foreach (Tensor square in gates.weight.chunk(2).Append(candidate.weight))
            init.orthogonal_(square);
    }

    /// <summary>W_z x, W_r x and W x side by side [..., 3n], which do not depend on the state and can be computed for all steps at
    /// once.</summary>
    public Tensor Read(Tensor input_m) => input.call(input_m);

    /// <summary>The next state [B, n].</summary>
    /// <param name="state_Bn">The state before.</param>
    /// <param name="read_B3n">What <see cref="Read"/> gave, and whatever else is added inside the gates and the candidate.</param>
    /// <param name="moves_B1">0 where the state stays as it is, at padding; 1 elsewhere. Null if all move.</param>
    public Tensor Next(Tensor state_Bn, Tensor read_B3n, Tensor? moves_B1 = null)
    {
        Tensor[] reads = read_B3n.split([2 * HiddenSize, HiddenSize], 1);
        Tensor[] gates_Bn = reads[0].addmm(state_Bn, gates.weight.t()).sigmoid().chunk(2, 1);
        Tensor update_Bn = moves_B1 is null ? gates_Bn[0] : gates_Bn[0] * moves_B1, reset_Bn = gates_Bn[1];
        Tensor candidate_Bn = reads[1].addmm(reset_Bn * state_Bn, candidate.weight.t()).tanh();
        return lerp(state_Bn, candidate_Bn, update_Bn);   // (1 - z) s + z s~
    }
}
