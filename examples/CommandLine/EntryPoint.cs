using System.CommandLine;

namespace MLNetDeepExtensions.Examples;

/// <summary>Runs the command that the arguments name; without arguments, the quick start.</summary>
internal static class EntryPoint
{
    private const int BadArguments = 2;

    private static int Main(string[] arguments)
    {
        var root = new RootCommand("Deep learning in ML.NET pipelines. Without arguments: the quick start.");
        root.SetAction(_ => QuickStart.Run());
        foreach (IExampleCommand command in Commands())
            root.Add(command.Create());

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
            return UserError.Print(parsed.Errors[0].Message, BadArguments);
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception exception) when (UserError.In(exception) is { } error)
        {
            return UserError.Print(error.Message, error.ExitCode);
        }
    }

    /// <summary>One of each command class of this program, by name.</summary>
    private static IEnumerable<IExampleCommand> Commands() => typeof(EntryPoint).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(IExampleCommand)) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)
        .Select(type => (IExampleCommand)Activator.CreateInstance(type)!);
}
