using MLNetDeepExtensions.Translation;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Translation;

/// <summary>Gives our layers the weights that golden/translation/make_transformer.py gave torch.nn's, which has queries, keys and values in one matrix and other
/// names.</summary>
internal static class TorchTransformer
{
    private static readonly string[] Projections = ["q_proj", "k_proj", "v_proj"];

    private static readonly (string Ours, string Torch)[] EncoderNames =
        [("self_attn_layer_norm", "norm1"), ("final_layer_norm", "norm2"), ("fc1", "linear1"), ("fc2", "linear2")];

    private static readonly (string Ours, string Torch)[] DecoderNames =
    [
        ("self_attn_layer_norm", "norm1"), ("encoder_attn_layer_norm", "norm2"), ("final_layer_norm", "norm3"), ("fc1", "linear1"), ("fc2", "linear2"),
        ("encoder_attn", "multihead_attn"),
    ];

    public static void Fill(nn.Module stack, TransformerNetworkOptions options)
    {
        using var constant = no_grad();
        long size = options.ModelSize;
        foreach ((string name, Tensor value) in stack.state_dict().Where(entry => entry.Key.StartsWith("layers.")))
        {
            string torchName = (stack is TransformerDecoder ? DecoderNames : EncoderNames).Aggregate(name, (all, names) => all.Replace($".{names.Ours}.", $".{names.Torch}."));
            int projection = Array.FindIndex(Projections, part => name.Contains(part));
            if (projection < 0)
            {
                value.copy_(Value(torchName, value.shape));
                continue;
            }
            string kind = name.EndsWith("weight") ? "in_proj_weight" : "in_proj_bias";
            string whole = torchName[..torchName.IndexOf(Projections[projection])] + kind;
            long[] shape = kind == "in_proj_weight" ? [3 * size, size] : [3 * size];
            value.copy_(Value(whole, shape).narrow(0, projection * size, size));
        }
        stack.eval();
    }

    private static Tensor Value(string name, long[] shape) => Formula.State([$"{name} ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")})"])[name];
}
