using System.Diagnostics;
using System.Globalization;
using TorchSharp;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A Python program that stays in memory and works only when asked: a line names the work, the answer is what it took.</summary>
internal sealed class PyTorchPeer : IDisposable
{
    private const string InterpreterVariable = "PEER_PYTHON";
    private readonly Process process;

    /// <summary>Starts a script of the folder <c>peers</c> and waits until it is ready.</summary>
    public PyTorchPeer(string script, params IEnumerable<string> arguments)
    {
        string interpreter = Environment.GetEnvironmentVariable(InterpreterVariable) ?? "/usr/bin/python3";
        process = Process.Start(new ProcessStartInfo(interpreter, [Path.Combine("peers", script), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
            // The script sets PyTorch's own threads; those of a BLAS beside it are only set so.
            Environment = { ["OMP_NUM_THREADS"] = $"{torch.get_num_threads()}" },
        })!;
        Description = Answer();
    }

    /// <summary>What the peer says it is.</summary>
    public string Description { get; }

    public Cost Do(string work)
    {
        process.StandardInput.WriteLine(work);
        process.StandardInput.Flush();
        double[] numbers = [.. Answer().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new Cost(numbers[0], numbers[1], numbers[2]);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private string Answer() => process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException($"The peer ended; PyTorch and torchvision are needed: set {InterpreterVariable} to a Python that has them.");
}
