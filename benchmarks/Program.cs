using MLNetDeepExtensions.Benchmarks;
using MLNetDeepExtensions.Backend;
using TorchSharp;

const int Threads = 2;

var benchmarks = typeof(IBenchmark).Assembly.GetTypes()
    .Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(IBenchmark)))
    .ToDictionary(type => type.Name.Replace("Benchmark", ""), type => (IBenchmark)Activator.CreateInstance(type)!, StringComparer.OrdinalIgnoreCase);

if (args.Length == 0 || args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is not null)
{
    Console.WriteLine("dotnet run -c Release --project benchmarks -- NAME...");
    foreach ((string name, IBenchmark benchmark) in benchmarks)
        Console.WriteLine($"  {name}: {benchmark.Question}");
    return 1;
}

TorchRuntime.EnsureLoaded();
torch.set_num_threads(Threads);
foreach (string name in args)
    benchmarks[name].Run(new Report(name, benchmarks[name].Question, Threads));
return 0;
