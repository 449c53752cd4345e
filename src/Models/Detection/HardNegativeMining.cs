using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Chooses the background boxes that a detector learns from: those it gets most wrong (SSD, arXiv 1512.02325, section
/// 2.2).</summary>
public static class HardNegativeMining
{
    /// <summary>Selects in each image the boxes of highest loss that hold no object.</summary>
    /// <param name="loss_NA">Loss of each of A boxes in N images.</param>
    /// <param name="positive_NA">True where a box holds an object.</param>
    /// <param name="negativesPerPositive">How many are chosen for each box that holds an object; fewer if there are not as many.</param>
    /// <returns>Boolean [N, A]; never true where <paramref name="positive_NA"/> is.</returns>
    public static Tensor Select(Tensor loss_NA, Tensor positive_NA, int negativesPerPositive = 3)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var order_NA = loss_NA.masked_fill(positive_NA, double.NegativeInfinity).argsort(-1, descending: true);
        var position_A = arange(loss_NA.shape[1], device: loss_NA.device);
        var rank_NA = zeros_like(order_NA).scatter_(1, order_NA, position_A.expand_as(order_NA));
        var wanted_N1 = positive_NA.sum(1, keepdim: true) * negativesPerPositive;
        return (rank_NA < wanted_N1).logical_and_(positive_NA.logical_not()).MoveToOuterDisposeScope();
    }
}
