using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Bridge;

/// <summary>What an MLContext was told about seed, device and cancellation.</summary>
internal static class HostSettings
{
    /// <summary>Seed of the MLContext; null if it was made without one.</summary>
    public static int? SeedOf(this IHostEnvironment env) => ((IHostEnvironmentInternal)env).Seed;

    /// <summary>Number of the GPU that the MLContext asks for; null for the CPU.</summary>
    public static int? GpuDeviceIdOf(this IHostEnvironment env) => ((IHostEnvironmentInternal)env).GpuDeviceId;

    /// <summary>True if the CPU may stand in for a GPU that is asked for and missing.</summary>
    public static bool FallbackToCpuOf(this IHostEnvironment env) => ((IHostEnvironmentInternal)env).FallbackToCpu;

    /// <summary>True once ML.NET's own cancellation was requested; the MLContext stays cancelled for ever.</summary>
    public static bool IsCancelled(this IHostEnvironment env) => ((ICancelable)env).IsCanceled;

    /// <exception cref="OperationCanceledException">ML.NET's own cancellation was requested.</exception>
    public static void ThrowIfCancelled(this IHostEnvironment env) => Contracts.CheckAlive(env);
}
