using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>The typeface for text in pictures.</summary>
internal static class Lettering
{
    private static readonly string[] Families = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial"];

    /// <summary>A plain sans serif of this machine, or whatever it has.</summary>
    public static SKTypeface Typeface { get; } = Families.Select(SKFontManager.Default.MatchFamily).FirstOrDefault(face => face is not null) ?? SKTypeface.Default;
}
