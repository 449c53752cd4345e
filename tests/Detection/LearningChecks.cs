using MLNetDeepExtensions.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

/// <summary>What every detector must show before it is trained on anything.</summary>
internal static class LearningChecks
{
    public static void EveryParameterHasAGradient(nn.Module network)
    {
        foreach (var (name, parameter) in network.named_parameters())
            Assert.IsGreaterThan(0f, parameter.grad?.abs().sum().item<float>() ?? 0, name);
    }

    /// <summary>Grey square images with a rectangle of its class's colour for each object.</summary>
    public static Tensor Draw(LabelledBox[][] truth, int side)
    {
        var images = full([truth.Length, 3, side, side], 0.5f);
        for (int n = 0; n < truth.Length; n++)
            foreach (var (box, kind, _) in truth[n])
                images[n, kind, (int)box.Y0..(int)box.Y1, (int)box.X0..(int)box.X1] = tensor(1f);
        return images;
    }

    /// <summary>Each object is found once and nothing else is.</summary>
    public static void AllIsFound(LabelledBox[][] truth, IReadOnlyList<IReadOnlyList<DetectedObject>> found)
    {
        for (int n = 0; n < truth.Length; n++)
        {
            Assert.HasCount(truth[n].Length, found[n], $"image {n}: {string.Join(", ", found[n])}");
            foreach (var wanted in truth[n])
                Assert.IsTrue(
                    found[n].Any(o => o.Class == wanted.Class && o.Box.IntersectionOverUnion(wanted.Box) > 0.6f), $"image {n}: {wanted}");
        }
    }
}
