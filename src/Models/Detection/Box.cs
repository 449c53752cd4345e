namespace MLNetDeepExtensions.Detection;

/// <summary>A box by its corners, in pixels of its image unless said otherwise: x to the right, y downwards.</summary>
/// <param name="X0">Left edge.</param>
/// <param name="Y0">Top edge.</param>
/// <param name="X1">Right edge, exclusive.</param>
/// <param name="Y1">Bottom edge, exclusive.</param>
public readonly record struct Box(float X0, float Y0, float X1, float Y1)
{
    /// <summary>Horizontal extent; negative if the corners are reversed.</summary>
    public float Width => X1 - X0;

    /// <summary>Vertical extent; negative if the corners are reversed.</summary>
    public float Height => Y1 - Y0;

    /// <summary>Width times height, zero for an empty or reversed box.</summary>
    public float Area => Math.Max(0, Width) * Math.Max(0, Height);

    /// <summary>True if all coordinates are finite and both sides are longer than zero.</summary>
    public bool IsProper => float.IsFinite(X0 + Y0 + X1 + Y1) && Width > 0 && Height > 0;

    /// <summary>The part of this box inside an image of the given size; may be empty.</summary>
    public Box Clip(float width, float height) =>
        new(Math.Clamp(X0, 0, width), Math.Clamp(Y0, 0, height), Math.Clamp(X1, 0, width), Math.Clamp(Y1, 0, height));

    /// <summary>Area of the common part over area of the union, 0 to 1; 0 where both are empty.</summary>
    public float IntersectionOverUnion(Box other)
    {
        float intersection = Intersect(other).Area;
        float union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }

    /// <summary>The box as it lies in the same image at another size, given as width and height.</summary>
    public Box Rescale((int Width, int Height) size, (int Width, int Height) target)
    {
        float x = (float)target.Width / size.Width, y = (float)target.Height / size.Height;
        return new(X0 * x, Y0 * y, X1 * x, Y1 * y);
    }

    /// <summary>The common part; reversed, with area zero, if there is none.</summary>
    public Box Intersect(Box other) =>
        new(Math.Max(X0, other.X0), Math.Max(Y0, other.Y0), Math.Min(X1, other.X1), Math.Min(Y1, other.Y1));
}
