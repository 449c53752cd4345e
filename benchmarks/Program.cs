using System.Globalization;
using MLNetDeepExtensions.Benchmarks;
using MLNetDeepExtensions.Backend;
using TorchSharp;

const string ThreadsOption = "--threads=";

var benchmarks = typeof(IBenchmark).Assembly.GetTypes()
    .Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(IBenchmark)))
    .ToDictionary(type => type.Name.Replace("Benchmark", ""), type => (IBenchmark)Activator.CreateInstance(type)!, StringComparer.OrdinalIgnoreCase);

int threads = Array.Find(args, argument => argument.StartsWith(ThreadsOption)) is { } said ? int.Parse(said[ThreadsOption.Length..], CultureInfo.InvariantCulture) : 2;
args = [.. args.Where(argument => !argument.StartsWith(ThreadsOption))];

if (args.Length == 0 || args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is not null)
{
    Console.WriteLine("dotnet run -c Release --project benchmarks -- NAME... [--threads=N]");
    foreach ((string name, IBenchmark benchmark) in benchmarks)
        Console.WriteLine($"  {name}: {benchmark.Question}");
    return 1;
}

TorchRuntime.EnsureLoaded();
torch.set_num_threads(threads);
foreach (string name in args)
    benchmarks[name].Run(new Report(name, benchmarks[name].Question, threads));
return 0;
