namespace MLNetDeepExtensions;

/// <summary>What to do with a row, file or line that cannot be used.</summary>
public enum BadRows
{
    /// <summary>Stop with an exception that names it and says why.</summary>
    Fail,

    /// <summary>Leave it out; the number left out and the first few with their reasons are logged as warnings.</summary>
    Skip,
}
