namespace MLNetDeepExtensions.Detection;

/// <summary>An object that an annotation says is in an image.</summary>
/// <param name="Box">Where, in pixels of the image that it is given with.</param>
/// <param name="Class">What, counted from 0; the background has no number.</param>
/// <param name="Difficult">Whether the data set's authors call it hard to see.</param>
public readonly record struct LabelledBox(Box Box, int Class, bool Difficult = false);
