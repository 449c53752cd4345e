using System.CommandLine;

namespace MLNetDeepExtensions.Examples;

/// <summary>A command of this program. Every class that implements it is found by itself.</summary>
internal interface IExampleCommand
{
    Command Create();
}

/// <summary>A command that trains a system: <c>NAME [--data DIR] [--epochs N] ...</c>, the same options for all.</summary>
internal abstract class TrainingExample : IExampleCommand
{
    protected abstract string Name { get; }

    protected abstract string Description { get; }

    /// <summary>Options that other examples do not have; <see cref="ExampleOptions.Value"/> reads them.</summary>
    protected virtual IEnumerable<Option> OwnOptions => [];

    public Command Create()
    {
        var command = new Command(Name, Description);
        var options = new ExampleCommandOptions(command);
        foreach (Option option in OwnOptions)
            command.Add(option);
        command.SetAction(parsed => Console.WriteLine(Run(options.Read(parsed))));
        return command;
    }

    /// <summary>Trains, evaluates, saves.</summary>
    /// <returns>The last line to print: <c>name: metric=... model=...</c></returns>
    public abstract string Run(ExampleOptions options);
}
