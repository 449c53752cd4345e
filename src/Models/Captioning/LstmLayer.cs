using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>What an LSTM remembers between two steps, Float32.</summary>
/// <param name="Memory_RH">c.</param>
/// <param name="Output_RH">m, which the next step reads.</param>
internal sealed record LstmState(Tensor Memory_RH, Tensor Output_RH) : IDisposable
{
    /// <summary>Some of the rows, perhaps repeated.</summary>
    public LstmState Select(Tensor rows) => new(Memory_RH.index_select(0, rows), Output_RH.index_select(0, rows));

    /// <summary>Keeps it beyond the dispose scope that is open.</summary>
    public LstmState Detach() => new(Memory_RH.DetachFromDisposeScope(), Output_RH.DetachFromDisposeScope());

    public void Dispose()
    {
        Memory_RH.Dispose();
        Output_RH.Dispose();
    }
}

/// <summary>The LSTM of Show and Tell (arXiv 1411.4555, equations 4 to 8), written out, since its cell is not the usual one.</summary>
/// <remarks>
/// The four parts of the weights stand in PyTorch's order: input gate, forget gate, candidate, output gate. Weights are uniform in [-0.08,
/// 0.08] at first, as in im2txt. The bias of <see cref="ShowTellLstm.Im2Txt"/> is the sum of PyTorch's two.
/// </remarks>
internal sealed class LstmLayer : nn.Module
{
    private readonly Linear input, recurrent;
    private readonly ShowTellLstm variant;

    public LstmLayer(int inputs, int hidden, ShowTellLstm variant) : base(nameof(LstmLayer))
    {
        this.variant = variant;
        input = UniformInitialisation.Linear(inputs, 4 * hidden, hasBias: variant == ShowTellLstm.Im2Txt);
        recurrent = UniformInitialisation.Linear(hidden, 4 * hidden, hasBias: false);
        RegisterComponents();
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        input.bias?.narrow(0, hidden, hidden).fill_(1);
    }

    /// <summary>The outputs [S, R, H] of all steps, from an empty memory on.</summary>
    /// <param name="inputs_SRE">Step by step.</param>
    public Tensor Unroll(Tensor inputs_SRE)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        LstmState? state = null;
        foreach (Tensor gates_RG in Gates(inputs_SRE).unbind(0))
        {
            state = Advance(gates_RG, state);
            outputs.Add(state.Output_RH);
        }
        return stack(outputs).MoveToOuterDisposeScope();
    }

    /// <summary>One step.</summary>
    /// <param name="inputs_RE">Of each row.</param>
    /// <param name="before">Null before the first step: an empty memory.</param>
    public LstmState Step(Tensor inputs_RE, LstmState? before)
    {
        using var scope = NewDisposeScope();
        LstmState state = Advance(Gates(inputs_RE), before);
        scope.MoveToOuter(state.Memory_RH, state.Output_RH);
        return state;
    }

    private Tensor Gates(Tensor inputs) => input.call(inputs.to(input.weight.dtype)).to(ScalarType.Float32);

    private LstmState Advance(Tensor gates_RG, LstmState? before)
    {
        if (before is not null)
            gates_RG = gates_RG + recurrent.call(before.Output_RH.to(recurrent.weight.dtype)).to(ScalarType.Float32);
        Tensor[] parts = gates_RG.chunk(4, 1);
        Tensor memory_RH = parts[0].sigmoid() * parts[2].tanh();
        if (before is not null)
            memory_RH = parts[1].sigmoid() * before.Memory_RH + memory_RH;
        Tensor output_RH = parts[3].sigmoid() * (variant == ShowTellLstm.Paper ? memory_RH : memory_RH.tanh());
        return new LstmState(memory_RH, output_RH);
    }
}
