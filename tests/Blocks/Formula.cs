using System.Text;
using MLNetDeepExtensions.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

/// <summary>Numbers that C# and Python compute alike, so that no weights need to be stored: see golden/ssd/formula.py.</summary>
internal static class Formula
{
    /// <summary>Float32 in [-1, 1) from the name and the position.</summary>
    public static Tensor Uniform(string name, params long[] shape) => Affine(name, shape, 1);

    public static Tensor Affine(string name, long[] shape, double gain, double offset = 0)
    {
        uint seed = Encoding.UTF8.GetBytes(name).Aggregate(2166136261u, (hash, value) => (hash ^ value) * 16777619u);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (uint i = 0; i < values.Length; i++)
            values[i] = Hash(i * 0x9E3779B9u + seed) * (float)gain + (float)offset;
        using var scope = NewDisposeScope();
        return tensor(values).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>Weights with the variance of He et al., biases and batch statistics near their usual values; gains multiply by prefix of
    /// the name.</summary>
    public static T Fill<T>(T module, params (string Prefix, double Gain)[] gains) where T : nn.Module
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        foreach (var (name, value) in module.state_dict())
        {
            if (name.EndsWith("num_batches_tracked"))
                continue;
            var (gain, offset) = Range(name, value.shape);
            double factor = gains.Where(g => name.StartsWith(g.Prefix)).Aggregate(1.0, (product, g) => product * g.Gain);
            value.copy_(Affine(name, value.shape, gain * factor, offset * factor));
        }
        module.eval();
        return module;
    }

    /// <summary>The weights that golden values were computed with, from lines such as "conv1.weight (64, 3, 7, 7)".</summary>
    public static Dictionary<string, Tensor> State(IEnumerable<string> keys) => keys.Select(Parse)
        .Where(key => !key.Name.EndsWith("num_batches_tracked"))
        .ToDictionary(key => key.Name, key =>
        {
            var (gain, offset) = Range(key.Name, key.Shape);
            return Affine(key.Name, key.Shape, gain, offset);
        });

    /// <summary>Images with pixels in 0 to 1.</summary>
    public static Tensor Images(long count, long side) => Affine("image", [count, 3, side, side], 0.5, 0.5);

    /// <summary>A picture of bytes.</summary>
    public static RgbImage Picture(int width, int height)
    {
        using var values = Uniform($"picture {width}x{height}", 3, height, width);
        return new(width, height, [.. values.Values().Select(value => (byte)((value + 1) * 128))]);
    }

    /// <summary>Boxes with centres within an image of 300 pixels and sides of 20 to 120.</summary>
    public static Tensor Boxes(string name, long count)
    {
        using var scope = NewDisposeScope();
        var (centre, half) = (Affine($"{name}.centre", [count, 2], 150, 150), Affine($"{name}.half", [count, 2], 25, 35));
        return cat([centre - half, centre + half], 1).MoveToOuterDisposeScope();
    }

    private static (double Gain, double Offset) Range(string name, long[] shape) => name switch
    {
        _ when shape.Length > 1 => (Math.Sqrt(6.0 / shape.Skip(1).Aggregate((a, b) => a * b)), 0),
        _ when name.EndsWith("running_var") => (0.5, 1),
        _ when name.EndsWith("scale_weight") => (1, 20),
        _ when name.EndsWith("weight") => (0.1, 0.7),
        _ => (0.1, 0),
    };

    private static (string Name, long[] Shape) Parse(string key)
    {
        string[] parts = key.Split(' ', 2);
        string[] sides = parts[1].Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (parts[0], [.. sides.Select(long.Parse)]);
    }

    private static float Hash(uint x)
    {
        x = (x ^ x >> 16) * 0x7FEB352Du;
        x = (x ^ x >> 15) * 0x846CA68Bu;
        return ((x ^ x >> 16) >> 8) / (float)(1 << 23) - 1;
    }
}
