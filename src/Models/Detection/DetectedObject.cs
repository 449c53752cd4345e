namespace MLNetDeepExtensions.Detection;

/// <summary>An object found in an image.</summary>
/// <param name="Box">Where, in pixels of the original image.</param>
/// <param name="Class">What, counted from 0; the background has no number.</param>
/// <param name="Score">How certain, 0 to 1.</param>
public readonly record struct DetectedObject(Box Box, int Class, float Score);
