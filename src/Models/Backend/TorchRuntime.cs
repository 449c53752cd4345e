using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MLNetDeepExtensions.Backend;

/// <summary>The native libraries behind TorchSharp.</summary>
public static class TorchRuntime
{
    static readonly Lock Gate = new();
    static volatile bool s_loaded;

    /// <summary>
    /// Loads the native libraries if they are not loaded yet; cheap from the second call on, safe on all threads. Training, loading and predicting through ML.NET
    /// do it by themselves; a program that uses networks directly should do it first.
    /// </summary>
    /// <exception cref="TorchBackendException">They cannot be loaded.</exception>
    public static void EnsureLoaded()
    {
        if (s_loaded)
            return;
        lock (Gate)
        {
            Load();
            s_loaded = true;
        }
    }

    static void Load()
    {
        try
        {
            NativeHeap.Keep();
            HugePages.Ask();
            nint torchLibrary = LoadLibraries(typeof(torch).Assembly);
            using var first = torch.zeros(1);
            OneDnnCaches.Correct(torchLibrary);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException
            or NotSupportedException or TypeInitializationException)
        {
            throw new TorchBackendException(BackendDiagnosis.Explain(BackendFindings.Gather(e)), e);
        }
    }

    // In the order of TorchSharp, but before it: on a fault it prints a long trace, and may copy whole packages first.
    static nint LoadLibraries(Assembly torchSharp)
    {
        NativeLibrary.TryLoad("torch_cpu", torchSharp, null, out nint torchLibrary);
        if (!NativeLibrary.TryLoad("LibTorchSharp", torchSharp, null, out _) && !RunsFromPackageFolder(torchSharp))
            NativeLibrary.Load("LibTorchSharp", torchSharp, null); // again, for the reasons in its exception
        return torchLibrary;
    }

    // Scripts and notebooks: there, only TorchSharp's copying brings the libraries of several packages together.
    static bool RunsFromPackageFolder(Assembly torchSharp) =>
        Path.GetDirectoryName(torchSharp.Location) is { Length: > 0 } folder
        && Directory.GetParent(folder) is { Name: "lib", Parent.Parent.Name: "torchsharp" };
}
