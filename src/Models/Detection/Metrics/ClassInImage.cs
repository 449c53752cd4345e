namespace MLNetDeepExtensions.Detection;

/// <summary>All objects and detections of one class in one image, the detections by falling score, ties in the order given.</summary>
internal sealed record ClassInImage(int ClassIndex, AnnotatedBox[] Truth, DetectedBox[] Detected)
{
    /// <summary>Splits an image by class. Classes that occur neither as object nor as detection are left out.</summary>
    /// <exception cref="ArgumentException">A coordinate or score is not a number, or a class index is negative.</exception>
    public static IEnumerable<ClassInImage> Split(IReadOnlyList<AnnotatedBox> truth, IReadOnlyList<DetectedBox> detected)
    {
        Check(truth, detected);
        ILookup<int, AnnotatedBox> truthByClass = truth.ToLookup(box => box.ClassIndex);
        ILookup<int, DetectedBox> detectedByClass = detected.ToLookup(box => box.ClassIndex);
        return truthByClass.Select(group => group.Key).Union(detectedByClass.Select(group => group.Key))
            .Select(index => new ClassInImage(index, [.. truthByClass[index]], [.. detectedByClass[index].OrderByDescending(box => box.Score)]));
    }

    static void Check(IReadOnlyList<AnnotatedBox> truth, IReadOnlyList<DetectedBox> detected)
    {
        for (int i = 0; i < truth.Count; i++)
            Check("Annotated", i, truth[i].ClassIndex, truth[i].Box);
        for (int i = 0; i < detected.Count; i++)
        {
            Check("Detected", i, detected[i].ClassIndex, detected[i].Box);
            if (float.IsNaN(detected[i].Score))
                throw new ArgumentException($"Detected box {i}: expected a score, got NaN.");
        }
    }

    static void Check(string role, int index, int classIndex, Box box)
    {
        if (classIndex < 0)
            throw new ArgumentException($"{role} box {index}: expected a class index from 0, got {classIndex}.");
        if (!float.IsFinite(box.X0 + box.Y0 + box.X1 + box.Y1))
            throw new ArgumentException($"{role} box {index}: expected four finite coordinates, got {box}.");
    }
}
