using MLNetDeepExtensions.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Decoding;

/// <summary>Predicts what a function says of the tokens so far.</summary>
internal sealed class FunctionDecoder(int sentences, Func<int, IReadOnlyList<int>, double[]> probabilities) : IStepDecoder
{
    private List<List<int>> histories = [.. Enumerable.Range(0, sentences).Select(_ => new List<int>())];
    private long[] places = [.. Enumerable.Range(0, sentences).Select(i => (long)i)];
    private int width = 1;

    public int SentenceCount => sentences;

    public int Steps { get; private set; }

    /// <summary>Rows of each step.</summary>
    public List<int> RowCounts { get; } = [];

    public Tensor Step(Tensor tokens_R)
    {
        Steps++;
        long[] tokens = tokens_R.data<long>().ToArray();
        RowCounts.Add(tokens.Length);
        Assert.HasCount(tokens.Length, histories);
        float[][] rows = [.. histories.Select((history, row) =>
        {
            history.Add((int)tokens[row]);
            return probabilities((int)places[row / width], history[1..]).Select(p => (float)Math.Log(p)).ToArray();
        })];
        return tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);
    }

    public void Select(RowSelection selection)
    {
        histories = [.. selection.Rows.Select(row => histories[(int)row].ToList())];
        if (selection.Sentences is { } sentencesKept)
            places = [.. sentencesKept.Select(i => places[i])];
        width = selection.Width;
        Assert.HasCount(places.Length * width, histories);
    }

    public void Dispose()
    {
    }
}

/// <summary>A small recurrent network with random weights. Its state is a tensor for each row, and one for each sentence.</summary>
internal sealed class RecurrentDecoder : IStepDecoder
{
    private readonly Tensor embedding_VD, recurrent_DD, output_DV;
    private Tensor state_RD, sentence_SD;
    private int width = 1;

    public RecurrentDecoder(int vocabulary, long[] sentences, int seed = 1)
    {
        SentenceCount = sentences.Length;
        using DisposeScope scope = NewDisposeScope();
        Tensor Weights(int number, params long[] shape) =>
            (2 * rand(shape, float32, generator: new Generator((ulong)(1000 * seed + number)))).sub(1).mul(3);
        embedding_VD = Weights(1, vocabulary, 6).DetachFromDisposeScope();
        recurrent_DD = Weights(2, 6, 6).DetachFromDisposeScope();
        output_DV = Weights(3, 6, vocabulary).DetachFromDisposeScope();
        sentence_SD = stack(sentences.Select(sentence => Weights((int)(10 + sentence), 6))).DetachFromDisposeScope();
        state_RD = zeros(sentences.Length, 6).DetachFromDisposeScope();
    }

    public int SentenceCount { get; }

    public Tensor Step(Tensor tokens_R)
    {
        using Tensor before = state_RD;
        state_RD = (embedding_VD[tokens_R] + before.matmul(recurrent_DD) + sentence_SD.repeat_interleave(width, 0)).tanh().DetachFromDisposeScope();
        return state_RD.matmul(output_DV);
    }

    public void Select(RowSelection selection)
    {
        using Tensor before = state_RD;
        state_RD = before.index_select(0, tensor(selection.Rows.ToArray())).DetachFromDisposeScope();
        if (selection.Sentences is { } sentences)
        {
            using Tensor all = sentence_SD;
            sentence_SD = all.index_select(0, tensor(sentences.ToArray())).DetachFromDisposeScope();
        }
        width = selection.Width;
    }

    public void Dispose()
    {
        foreach (Tensor held in new[] { embedding_VD, recurrent_DD, output_DV, state_RD, sentence_SD })
            held.Dispose();
    }
}
