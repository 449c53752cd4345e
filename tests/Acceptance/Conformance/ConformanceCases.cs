using System.Reflection;
using Microsoft.ML;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>All estimators of the library, and the cases that stand for them.</summary>
internal static class ConformanceCases
{
    private static readonly Assembly[] Libraries = [typeof(TorchCatalog).Assembly, typeof(TorchTrainers).Assembly];

    /// <summary>Every class of the library that ML.NET can fit.</summary>
    public static IReadOnlyList<Type> Estimators { get; } =
        [.. Libraries.SelectMany(assembly => assembly.GetTypes()).Where(type => type is { IsClass: true, IsAbstract: false } && IsEstimator(type))];

    public static IReadOnlyList<ConformanceCase> All { get; } = [.. typeof(ConformanceCase).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(ConformanceCase)))
        .Select(type => (ConformanceCase)Activator.CreateInstance(type)!)];

    public static IEnumerable<object[]> Names => All.Select(testCase => new object[] { testCase.Name });

    /// <summary>Those that learn weights.</summary>
    public static IEnumerable<object[]> LearningNames => NamesOf<ITrainingCase>();

    /// <summary>Those that run a network.</summary>
    public static IEnumerable<object[]> NetworkNames => All.Where(testCase => testCase.HasNetwork).Select(testCase => new object[] { testCase.Name });

    /// <summary>Those that learn to find objects.</summary>
    public static IEnumerable<object[]> DetectorNames => NamesOf<IDetectorCase>();

    public static ConformanceCase Named(string name) => All.Single(testCase => testCase.Name == name);

    private static IEnumerable<object[]> NamesOf<T>() => All.OfType<T>().OfType<ConformanceCase>().Select(testCase => new object[] { testCase.Name });

    private static bool IsEstimator(Type type) =>
        type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEstimator<>));
}
