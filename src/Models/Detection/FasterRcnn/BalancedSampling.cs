using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Draws the boxes of an image that a detector learns from, so that those without an object do not outnumber the others by far (section
/// 3.1.3).</summary>
internal static class BalancedSampling
{
    /// <summary>Draws from the global random state of the processor, whatever the device.</summary>
    /// <param name="match_A">What a <see cref="Matcher"/> found.</param>
    /// <param name="samples">How many boxes are drawn, if there are as many.</param>
    /// <param name="foregroundFraction">The largest part of them that holds objects.</param>
    /// <returns>Indices, Int64: those with objects, those without.</returns>
    public static (Tensor Foreground_F, Tensor Background_B) Draw(Tensor match_A, int samples, double foregroundFraction)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var foreground_F = Some(match_A >= 0, (long)(samples * foregroundFraction));
        var background_B = Some(match_A == Matcher.Background, samples - foreground_F.shape[0]);
        return scope.MoveToOuter(foreground_F, background_B);
    }

    private static Tensor Some(Tensor wanted_A, long most)
    {
        var index_F = wanted_A.nonzero().flatten();
        long count = index_F.shape[0];
        return count <= most ? index_F : index_F.index_select(0, randperm(count, ScalarType.Int64).narrow(0, 0, most).to(index_F.device));
    }
}
