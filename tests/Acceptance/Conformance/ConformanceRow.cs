using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>Columns of every type that have nothing to do with the system under test: they pass through it, or stand in for a column of the wrong type.</summary>
internal abstract class ConformanceRow
{
    public const int KeyCount = 5;

    public int Number { get; set; }

    public float Single { get; set; }

    public bool Flag { get; set; }

    public string Text { get; set; } = "";

    /// <summary>From 0: ML.NET adds 1 to a single key of a class, but not to those of a vector.</summary>
    [KeyType(KeyCount)]
    public uint Key { get; set; }

    [VectorType(7)]
    public float[] Vector { get; set; } = [];

    public float[] VariableVector { get; set; } = [];

    [KeyType(KeyCount)]
    public uint[] Keys { get; set; } = [];

    public string[] Texts { get; set; } = [];

    [AnySizeImage]
    public MLImage Picture { get; set; } = null!;

    /// <summary>Values that no other row has.</summary>
    public void FillPassThrough(int number)
    {
        (Number, Single, Flag, Text, Key) = (number, number / 2f, number % 2 == 0, $"row {number}", (uint)(number % KeyCount));
        Vector = [.. Enumerable.Range(0, 7).Select(i => number + i / 10f)];
        VariableVector = [.. Enumerable.Range(0, number % 4).Select(i => number - i / 10f)];
        Keys = [.. VariableVector.Select((_, i) => (uint)(1 + (number + i) % KeyCount))];
        Texts = [.. VariableVector.Select((_, i) => $"row {number} text {i}")];
        Picture = Images.Pictures.Noise(4 + number % 3, 3, seed: number).ToMLImage();
    }

    public static IReadOnlyList<string> PassThrough { get; } =
        [nameof(Number), nameof(Single), nameof(Flag), nameof(Text), nameof(Key), nameof(Vector), nameof(VariableVector), nameof(Keys), nameof(Texts), nameof(Picture)];
}
