using System.Numerics;

namespace MLNetDeepExtensions.Detection;

/// <summary>Keeps the best of boxes that overlap. Works on memory of the processor, without tensors; results equal torchvision's nms and
/// batched_nms.</summary>
public static class NonMaximumSuppression
{
    /// <summary>Walks through the boxes from the highest score down and drops all that overlap one that was kept.</summary>
    /// <param name="boxes">The candidates.</param>
    /// <param name="scores">Their scores; of equal scores the earlier comes first.</param>
    /// <param name="threshold">Intersection over union above which a box is dropped, 0 to 1.</param>
    /// <returns>Indices of the boxes kept, highest score first.</returns>
    public static int[] Keep(ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, double threshold) =>
        KeepPerClass(boxes, scores, new int[boxes.Length], threshold);

    /// <summary>As <see cref="Keep"/>, where only boxes of the same class drop each other.</summary>
    public static int[] KeepPerClass(ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, ReadOnlySpan<int> classes, double threshold)
    {
        if (boxes.Length != scores.Length || boxes.Length != classes.Length)
            throw new ArgumentException(
                $"scores, classes: expected {boxes.Length} of each, one for each box, got {scores.Length}, {classes.Length}.");
        int[] order = FromHighest(scores);
        var positionsByClass = new Dictionary<int, List<int>>();
        for (int position = 0; position < order.Length; position++)
        {
            int kind = classes[order[position]];
            if (!positionsByClass.TryGetValue(kind, out var positions))
                positionsByClass[kind] = positions = [];
            positions.Add(position);
        }
        var kept = new bool[order.Length];
        foreach (var positions in positionsByClass.Values)
            MarkKept(kept, positions, order, boxes, threshold);
        return [.. order.Where((_, position) => kept[position])];
    }

    private static int[] FromHighest(ReadOnlySpan<float> scores)
    {
        float[] score = scores.ToArray();
        int[] order = [.. Enumerable.Range(0, score.Length)];
        Array.Sort(order, (a, b) => score[b].CompareTo(score[a]) is var higher && higher != 0 ? higher : a.CompareTo(b));
        return order;
    }

    private static void MarkKept(bool[] kept, List<int> positions, int[] order, ReadOnlySpan<Box> boxes, double threshold)
    {
        var candidates = new Columns(positions.Count);
        for (int i = 0; i < positions.Count; i++)
            candidates.Set(i, boxes[order[positions[i]]]);
        float limit = LargestFloatUpTo(threshold);
        for (int i = 0; i < positions.Count; i++)
        {
            if (candidates.IsDropped(i))
                continue;
            kept[positions[i]] = true;
            candidates.DropOverlapping(i, limit);
        }
    }

    /// <summary>An overlap in single precision is above the threshold in double precision exactly if it is above this.</summary>
    private static float LargestFloatUpTo(double threshold) =>
        (float)threshold > threshold ? MathF.BitDecrement((float)threshold) : (float)threshold;

    /// <summary>Boxes by coordinate, padded to whole vectors with empty boxes, and which of them are out.</summary>
    private readonly struct Columns(int count)
    {
        private readonly float[] x0 = New(count), y0 = New(count), x1 = New(count), y1 = New(count), area = New(count);
        private readonly int[] dropped = new int[Padded(count)];

        public bool IsDropped(int i) => dropped[i] != 0;

        public void Set(int i, Box box) =>
            (x0[i], y0[i], x1[i], y1[i], area[i]) = (box.X0, box.Y0, box.X1, box.Y1, box.Width * box.Height);

        /// <summary>Drops what comes after box <paramref name="i"/> and overlaps it by more than the limit.</summary>
        public void DropOverlapping(int i, float limit)
        {
            var (left, top) = (new Vector<float>(x0[i]), new Vector<float>(y0[i]));
            var (right, bottom) = (new Vector<float>(x1[i]), new Vector<float>(y1[i]));
            var (own, most) = (new Vector<float>(area[i]), new Vector<float>(limit));
            for (int j = i + 1; j + Vector<float>.Count <= dropped.Length; j += Vector<float>.Count)
            {
                var width = Vector.Max(Vector<float>.Zero, Vector.Min(right, new(x1, j)) - Vector.Max(left, new(x0, j)));
                var height = Vector.Max(Vector<float>.Zero, Vector.Min(bottom, new(y1, j)) - Vector.Max(top, new(y0, j)));
                var intersection = width * height;
                var overlap = intersection / (own + new Vector<float>(area, j) - intersection);
                (Vector.GreaterThan(overlap, most) | new Vector<int>(dropped, j)).CopyTo(dropped, j);
            }
        }

        private static float[] New(int count) => new float[Padded(count)];

        private static int Padded(int count) => count + Vector<float>.Count;
    }
}
