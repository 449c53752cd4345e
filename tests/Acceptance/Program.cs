using MLNetDeepExtensions.Tests.Acceptance.Training;

namespace MLNetDeepExtensions.Tests.Acceptance;

/// <summary>Runs the tests or, as a child process of one of them, the program that the test asks for.</summary>
internal static class Program
{
    /// <summary>This program as a file.</summary>
    public static string FileName { get; } = Path.ChangeExtension(typeof(Program).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);

    public static Task<int> Main(string[] arguments) => arguments is [TrainingChild.Name, var testCase, var folder]
        ? Task.FromResult(TrainingChild.Run(testCase, folder))
        : MicrosoftTestingPlatformApplication.RunAsync(arguments);
}
