namespace MLNetDeepExtensions.Training;

/// <summary>A row is sound, but the options ask to leave out such rows: it is skipped and counted, whatever is to be done with bad ones.</summary>
internal sealed class UnwantedRowException(string message) : Exception(message);
