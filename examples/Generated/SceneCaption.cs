namespace MLNetDeepExtensions.Examples;

/// <summary>Says what is in a scene, in the one way in which it can be said.</summary>
public static class SceneCaption
{
    /// <summary>How much longer one side of the way between two shapes must be than the other, so that nobody would say it
    /// otherwise.</summary>
    private const double Clear = 1.5;

    /// <summary>"a red circle" or "a red circle left of a blue square"; the left or the upper shape comes first.</summary>
    /// <returns>Null if there are other numbers of shapes, or two that lie aslant.</returns>
    public static string? Of(ShapeScene scene)
    {
        if (scene.Objects is [var alone])
            return Noun(alone);
        if (scene.Objects is not [var first, var second])
            return null;
        int right = second.Box.MidX - first.Box.MidX, down = second.Box.MidY - first.Box.MidY;
        bool isBeside = Math.Abs(right) > Clear * Math.Abs(down), isStacked = Math.Abs(down) > Clear * Math.Abs(right);
        if (!isBeside && !isStacked)
            return null;
        if (isBeside ? right < 0 : down < 0)
            (first, second) = (second, first);
        return $"{Noun(first)} {(isBeside ? "left of" : "above")} {Noun(second)}";
    }

    private static string Noun(SceneObject item)
    {
        string colour = item.Colour.ToString().ToLowerInvariant();
        return $"{(colour[0] is 'o' ? "an" : "a")} {colour} {item.Shape.ToString().ToLowerInvariant()}";
    }
}
