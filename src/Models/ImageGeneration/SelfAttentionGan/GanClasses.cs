using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>The classes that conditional networks are given.</summary>
internal static class GanClasses
{
    /// <exception cref="ArgumentException">Classes are given to a network without, or the other way round.</exception>
    public static void Ensure(int known, Tensor? classes_N)
    {
        if (known > 0 != classes_N is not null)
            throw new ArgumentException(known > 0
                ? $"{nameof(classes_N)}: expected classes for a network of {known}, got null."
                : $"{nameof(classes_N)}: expected null for a network without classes.");
    }
}
