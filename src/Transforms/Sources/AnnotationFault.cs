namespace MLNetDeepExtensions.Sources;

/// <summary>
/// Something in an annotation file that cannot be used; its message names file, place and reason. Never leaves this folder: callers see
/// <see cref="InvalidDataException"/>, which is sealed.
/// </summary>
internal sealed class AnnotationFault(string path, string? place, string reason, Exception? cause = null)
    : Exception($"{path}{(place is null ? "" : ", " + place)}: {Short(reason)}", cause)
{
    const int MaxReason = 300;

    public InvalidDataException ForCallers() => new(Message, this);

    // The text may repeat what a hostile file says.
    static string Short(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason] + "...";
}
