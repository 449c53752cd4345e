using System.Reflection;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>Something that the user can put right: shown as one line, without a stack trace.</summary>
internal sealed class UserError(string message, int exitCode = UserError.Failed) : Exception(message)
{
    private const int Failed = 1, BadArguments = 2, Interrupted = 130;

    public int ExitCode => exitCode;

    public static UserError InArguments(string message) => new(message, BadArguments);

    /// <summary>The error of the user's that an exception tells of; null if it is a fault of this program.</summary>
    public static UserError? In(Exception exception) => exception switch
    {
        UserError error => error,
        OperationCanceledException => new UserError(exception.Message, Interrupted),
        // ML.NET wraps what its worker threads throw.
        { InnerException: ImageDecodingException fault } => new UserError(fault.Message),
        AggregateException or TargetInvocationException => exception.InnerException is { } inner ? In(inner) : null,
        // Columns that do not fit, such as those of a model of another kind.
        ArgumentOutOfRangeException => new UserError(exception.Message),
        ArgumentException => new UserError(exception.Message, BadArguments),
        IOException or UnauthorizedAccessException or InvalidDataException or FormatException or InvalidOperationException or NotSupportedException
            or ImageDecodingException or NonFiniteLossException => new UserError(exception.Message),
        _ => null,
    };

    /// <summary>Writes one line to the error stream.</summary>
    public static int Print(string message, int exitCode)
    {
        string[] lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Console.Error.WriteLine($"error: {string.Join(' ', lines)}");
        return exitCode;
    }
}
