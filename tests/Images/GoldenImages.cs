using System.Text.Json;

namespace MLNetDeepExtensions.Tests.Images;

/// <summary>What the scripts in golden/images wrote.</summary>
internal static class GoldenImages
{
    public static T Read<T>(string name) => JsonSerializer.Deserialize<T>(File.ReadAllText(PathOf(name)), JsonSerializerOptions.Web)!;

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "golden", "images", name);
}
