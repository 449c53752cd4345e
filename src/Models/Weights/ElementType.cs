using static TorchSharp.torch;

namespace MLNetDeepExtensions.Weights;

/// <summary>An element type that weights files may hold, under the names that the two formats give it.</summary>
/// <param name="Scalar">The type in TorchSharp.</param>
/// <param name="Size">Bytes per element.</param>
/// <param name="SafetensorsName">Value of <c>dtype</c> in a safetensors header.</param>
/// <param name="StorageName">Class in Python's module <c>torch</c> that a pickled storage names.</param>
internal sealed record ElementType(ScalarType Scalar, int Size, string SafetensorsName, string StorageName)
{
    static readonly ElementType[] All =
    [
        new(ScalarType.Float64, 8, "F64", "DoubleStorage"),
        new(ScalarType.Float32, 4, "F32", "FloatStorage"),
        new(ScalarType.Float16, 2, "F16", "HalfStorage"),
        new(ScalarType.BFloat16, 2, "BF16", "BFloat16Storage"),
        new(ScalarType.Int64, 8, "I64", "LongStorage"),
        new(ScalarType.Int32, 4, "I32", "IntStorage"),
        new(ScalarType.Int16, 2, "I16", "ShortStorage"),
        new(ScalarType.Int8, 1, "I8", "CharStorage"),
        new(ScalarType.Byte, 1, "U8", "ByteStorage"),
        new(ScalarType.Bool, 1, "BOOL", "BoolStorage"),
    ];

    internal static ElementType? Of(ScalarType scalar) => Array.Find(All, type => type.Scalar == scalar);

    internal static ElementType? BySafetensorsName(string? name) => Array.Find(All, type => type.SafetensorsName == name);

    internal static ElementType? ByStorageName(string name) => Array.Find(All, type => type.StorageName == name);
}
