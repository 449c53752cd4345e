namespace MLNetDeepExtensions.Detection;

/// <summary>All objects and detections of one class in one image, the detections by falling score, ties in the order given.</summary>
internal sealed record ClassInImage(int Class, AnnotatedObject[] Truth, DetectedObject[] Detected)
{
    /// <summary>Splits an image by class. Classes that occur neither as object nor as detection are left out.</summary>
    /// <exception cref="ArgumentException">A coordinate or score is not a number, or a class index is negative.</exception>
    public static IEnumerable<ClassInImage> Split(IReadOnlyList<AnnotatedObject> truth, IReadOnlyList<DetectedObject> detected)
    {
        Check(truth, detected);
        ILookup<int, AnnotatedObject> truthByClass = truth.ToLookup(found => found.Class);
        ILookup<int, DetectedObject> detectedByClass = detected.ToLookup(found => found.Class);
        return truthByClass.Select(group => group.Key).Union(detectedByClass.Select(group => group.Key))
            .Select(index => new ClassInImage(index, [.. truthByClass[index]], [.. detectedByClass[index].OrderByDescending(found => found.Score)]));
    }

    static void Check(IReadOnlyList<AnnotatedObject> truth, IReadOnlyList<DetectedObject> detected)
    {
        for (int i = 0; i < truth.Count; i++)
            CheckOne("Annotated object", i, truth[i].Class, truth[i].Box);
        for (int i = 0; i < detected.Count; i++)
        {
            CheckOne("Detected object", i, detected[i].Class, detected[i].Box);
            if (float.IsNaN(detected[i].Score))
                throw new ArgumentException($"Detected object {i}: expected a score, got NaN.");
        }
    }

    static void CheckOne(string role, int index, int classIndex, Box box)
    {
        if (classIndex < 0)
            throw new ArgumentException($"{role} {index}: expected a class index from 0, got {classIndex}.");
        if (!float.IsFinite(box.X0 + box.Y0 + box.X1 + box.Y1))
            throw new ArgumentException($"{role} {index}: expected four finite coordinates, got {box}.");
    }
}
