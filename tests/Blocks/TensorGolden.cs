using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

/// <summary>Reads golden files and compares tensors with them.</summary>
internal static class TensorGolden
{
    public static JsonElement Read(string path)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", path));
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }

    /// <summary>Names and shapes that torchvision's networks have, as "name (3, 64)".</summary>
    public static string[] Keys(string network, string theme = "ssd")
    {
        string path = Path.Combine(AppContext.BaseDirectory, "golden", theme, $"keys-{network}.txt");
        return [.. File.ReadLines(path).Skip(1).Select(line => line.Replace(" torch.int64", ""))];
    }

    /// <summary>The names and shapes that a network has, in the same form.</summary>
    public static string[] Keys(nn.Module network) =>
        [.. network.state_dict().Select(entry => $"{entry.Key} {Shape(entry.Value)}")];

    private static string Shape(Tensor x) => $"({string.Join(", ", x.shape)}{(x.ndim == 1 ? "," : "")})";

    public static float[] Floats(this JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];

    public static long[] Longs(this JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt64())];

    public static float[] Values(this Tensor x) => x.to(ScalarType.Float32).contiguous().data<float>().ToArray();

    public static void AreClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"at {i}");
    }

    /// <summary>Compares with what formula.py's summary wrote: shape, mean of absolute values, values spread over the tensor.</summary>
    public static void AreClose(JsonElement summary, Tensor actual, double tolerance)
    {
        CollectionAssert.AreEqual(summary.GetProperty("shape").Longs(), actual.shape);
        float[] all = actual.Values(), expected = summary.GetProperty("values").Floats();
        AreClose(expected, [.. expected.Select((_, i) => all[(long)i * all.Length / expected.Length])], tolerance);
        Assert.AreEqual(summary.GetProperty("absolute").GetDouble(), all.Average(value => Math.Abs((double)value)), tolerance);
    }
}
