namespace MLNetDeepExtensions.Examples;

/// <summary>Reads members of enumerations as users type them: <c>resnet18</c>, <c>ResNet18HalfWidth</c>, <c>resnet18-half-width</c>.</summary>
internal static class EnumName
{
    public static bool TryRead<T>(string text, out T value) where T : struct, Enum =>
        Enum.TryParse(text.Replace("-", ""), ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]);

    /// <exception cref="UserError">There is no such member; a fault of the arguments.</exception>
    public static T Read<T>(string option, string text) where T : struct, Enum =>
        TryRead(text, out T value) ? value : throw UserError.InArguments(Fault<T>(option, text));

    public static string Fault<T>(string option, string text) where T : struct, Enum =>
        $"{option}: expected {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}, got '{text}'.";
}
