using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>Which references a true object gets although their overlap is below the threshold.</summary>
public enum ForcedMatches
{
    /// <summary>None.</summary>
    None,

    /// <summary>The first reference of highest overlap; of two objects with the same one the later gets it (SSD).</summary>
    Best,

    /// <summary>All references of highest overlap; each goes to the object that it overlaps most (Faster R-CNN's proposals).</summary>
    BestWithTies,
}

/// <summary>Assigns to each reference box the true object that it shall find. Results equal torchvision's Matcher and SSDMatcher.</summary>
/// <param name="foreground">Overlap from which on a reference belongs to the object that it overlaps most.</param>
/// <param name="background">Overlap below which it is <see cref="Background"/>; between both it is <see cref="Ignored"/>.</param>
/// <param name="forced">Matches below the threshold.</param>
public sealed class Matcher(double foreground, double background, ForcedMatches forced)
{
    /// <summary>The reference holds no object.</summary>
    public const long Background = -1;

    /// <summary>The reference counts neither as object nor as background.</summary>
    public const long Ignored = -2;

    /// <summary>Matches the images of a batch.</summary>
    /// <param name="overlap_NMA">Overlap of M true objects with A references, 0 to 1; [M, A] or [N, M, A], M at least 1.</param>
    /// <param name="present_NM">False where an object is padding; null if none is.</param>
    /// <returns>Int64 [A] or [N, A]: index of the object, <see cref="Background"/> or <see cref="Ignored"/>.</returns>
    public Tensor Match(Tensor overlap_NMA, Tensor? present_NM = null)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        if (present_NM is not null)
            overlap_NMA = overlap_NMA.masked_fill(present_NM.unsqueeze(-1).logical_not(), -1);
        var (best_NA, nearest_NA) = overlap_NMA.max(-2);
        var match_NA = nearest_NA.masked_fill(best_NA < foreground, Ignored).masked_fill_(best_NA < background, Background);
        match_NA = forced switch
        {
            ForcedMatches.Best => ForceBest(match_NA, overlap_NMA),
            ForcedMatches.BestWithTies => ForceTies(match_NA, nearest_NA, overlap_NMA),
            _ => match_NA,
        };
        return match_NA.MoveToOuterDisposeScope();
    }

    private static Tensor ForceBest(Tensor match_NA, Tensor overlap_NMA)
    {
        var (highest_NM1, reference_NM1) = overlap_NMA.max(-1, keepdim: true);
        long objects = overlap_NMA.shape[^2], references = overlap_NMA.shape[^1];
        var isBest_NMA = arange(references, device: match_NA.device).eq(reference_NM1).logical_and_(highest_NM1 >= 0);
        var object_M1 = arange(1, objects + 1, ScalarType.Int32, match_NA.device).unsqueeze(-1);
        var last_NA = (isBest_NMA * object_M1).amax([-2]) - 1;
        return where(last_NA >= 0, last_NA.to(ScalarType.Int64), match_NA);
    }

    private static Tensor ForceTies(Tensor match_NA, Tensor nearest_NA, Tensor overlap_NMA)
    {
        var highest_NM1 = overlap_NMA.amax([-1], keepdim: true);
        var isBest_NA = overlap_NMA.eq(highest_NM1).logical_and_(highest_NM1 >= 0).any(-2);
        return where(isBest_NA, nearest_NA, match_NA);
    }
}
