namespace MLNetDeepExtensions.Sources;

/// <summary>
/// Something in an annotation file that cannot be used; its message names file, place and reason. Never leaves this folder: callers see
/// <see cref="InvalidDataException"/>, which is sealed.
/// </summary>
internal sealed class AnnotationFault(string path, string? place, string reason, Exception? cause = null)
    : Exception(place is null ? $"{path}: {reason}" : $"{path}, {place}: {reason}", cause)
{
    public InvalidDataException ForCallers() => new(Message, this);
}
