namespace MLNetDeepExtensions.Detection;

/// <summary>An object that a detector claims to see in an image.</summary>
/// <param name="ClassIndex">Class of the object, from 0.</param>
/// <param name="Box">Corners in pixels of the image.</param>
/// <param name="Score">Confidence; only its order matters, higher is surer.</param>
public readonly record struct DetectedBox(int ClassIndex, Box Box, float Score);
