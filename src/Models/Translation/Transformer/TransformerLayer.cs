using MLNetDeepExtensions.Blocks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Translation;

/// <summary>What the layers of encoder and decoder share: sub-layers with residual connection, dropout and normalisation (section 3.1), the last of them
/// position-wise (section 3.3).</summary>
/// <remarks>State names are those of fairseq: fc1, fc2, final_layer_norm.</remarks>
internal abstract class TransformerLayer : nn.Module
{
    private protected readonly Linear fc1, fc2;
    private protected readonly LayerNorm final_layer_norm;
    private readonly TransformerNetworkOptions options;

    protected TransformerLayer(TransformerNetworkOptions options, string name) : base(name)
    {
        this.options = options;
        fc1 = Dense.Of(options.ModelSize, options.FeedForwardSize);
        fc2 = Dense.Of(options.FeedForwardSize, options.ModelSize);
        final_layer_norm = Normalise(options);
    }

    /// <summary>The number format of matrix products.</summary>
    public ScalarType Format => fc1.weight.dtype;

    /// <summary>A normalisation of the last dimension that at first only normalises.</summary>
    public static LayerNorm Normalise(TransformerNetworkOptions options)
    {
        LayerNorm norm = nn.LayerNorm(options.ModelSize);
        using var constant = no_grad();
        norm.weight!.fill_(1);
        norm.bias!.zero_();
        return norm;
    }

    /// <summary>Attention of the sizes that the options say (table 3).</summary>
    protected static MultiHeadAttention Attention(TransformerNetworkOptions options)
    {
        int perHead = options.ModelSize / options.Heads;
        return new(options.ModelSize, options.Heads, options.KeySize ?? perHead, options.ValueSize ?? perHead, options.AttentionBiases, options.AttentionDropout);
    }

    /// <summary>LayerNorm(x + Dropout(f(x))), or x + Dropout(f(LayerNorm(x))).</summary>
    protected Tensor Sublayer(Tensor x_NTD, LayerNorm norm, Func<Tensor, Tensor> f)
    {
        using var scope = NewDisposeScope();
        Tensor y_NTD = nn.functional.dropout(f(Input(x_NTD, norm)), options.Dropout, training);
        Tensor sum_NTD = x_NTD + y_NTD;
        return (options.PreNormalisation ? sum_NTD : norm.call(sum_NTD)).MoveToOuterDisposeScope();
    }

    /// <summary>What a sub-layer is given.</summary>
    protected Tensor Input(Tensor x_NTD, LayerNorm norm) => options.PreNormalisation ? norm.call(x_NTD) : x_NTD.alias();

    /// <summary>max(0, x W_1 + b_1) W_2 + b_2, the last sub-layer.</summary>
    protected Tensor FeedForward(Tensor x_NTD) => Sublayer(x_NTD, final_layer_norm, x =>
        fc2.call(nn.functional.dropout(fc1.call(x.to(Format)).relu_(), options.ActivationDropout, training)));
}
