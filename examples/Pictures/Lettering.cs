using SkiaSharp;

namespace MLNetDeepExtensions.Examples;

/// <summary>The typeface for text in pictures.</summary>
internal static class Lettering
{
    private static readonly string[] Families = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial"];

    /// <summary>A plain sans serif of this machine, or whatever it has.</summary>
    public static SKTypeface Typeface { get; } =
        Families.Select(SKFontManager.Default.MatchFamily).FirstOrDefault(face => face is not null) ?? SKTypeface.Default;

    /// <summary>Tells of a machine without typefaces, such as a bare container.</summary>
    public static void WarnIfMissing()
    {
        if (Typeface.GlyphCount == 0)
            Console.Error.WriteLine("warning: this machine has no typeface, so pictures and plots are without text; "
                + "a package such as fonts-dejavu-core brings one.");
    }
}
