using System.Diagnostics;

namespace MLNetDeepExtensions.Examples;

/// <summary>This program once more, as a process of its own that shares nothing with this one but files.</summary>
internal static class AnotherProcess
{
    /// <summary>Runs a command to its end; what it prints appears here.</summary>
    /// <exception cref="UserError">It failed.</exception>
    public static void Run(params string[] arguments)
    {
        string program = Environment.ProcessPath!, assembly = typeof(AnotherProcess).Assembly.Location;
        bool isDotnet = Path.GetFileNameWithoutExtension(program) == "dotnet";
        using Process process = Process.Start(program, isDotnet ? [assembly, .. arguments] : arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new UserError($"The command '{string.Join(' ', arguments)}' ended with exit code {process.ExitCode}.");
    }
}
