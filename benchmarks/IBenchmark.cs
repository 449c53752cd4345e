namespace MLNetDeepExtensions.Benchmarks;

/// <summary>A question about speed or memory. Every class that implements this is found by reflection and run by its name.</summary>
internal interface IBenchmark
{
    /// <summary>What is compared with what.</summary>
    string Question { get; }

    void Run(Report report);
}
