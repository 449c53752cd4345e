using System.Globalization;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Backend;

/// <summary>
/// Tells oneDNN inside libtorch how large the processor's caches are where the processor keeps quiet about them (<see cref="ProcessorCaches.AreHidden"/>).
/// </summary>
/// <remarks>
/// There, oneDNN (libtorch 2.10) takes every cache for one byte large. Its convolutions then choose blocks of no size: they are several times slower, some give
/// wrong values or gradients (3x3 convolutions whose channels are no multiple of 16 above all), and some end the process with a division by zero. oneDNN has no
/// setting for this, so the sizes are written into its record of the processor. Where that is not found, oneDNN is switched off, which is right but slow. Linux
/// only; elsewhere no such machine is known.
/// </remarks>
internal static class OneDnnCaches
{
    // Of Xbyak's record of the processor: the sizes of up to ten levels, the number of cores that share each, and the number of levels.
    const int Levels = 3, Places = 10, RecordLength = 2 * Places + 1;
    const string OneDnn = "_ZN2at7Context20setUserEnabledMkldnnEb", Nnpack = "_ZN2at7Context20setUserEnabledNNPACKEb";
    const int LargestVariables = 16 << 20; // libtorch has 1 MB of them; other memory may follow

    /// <summary>Does nothing on a machine that needs nothing.</summary>
    /// <param name="torchLibrary">The handle of libtorch_cpu.</param>
    public static void Correct(nint torchLibrary)
    {
        if (!OperatingSystem.IsLinux() || !ProcessorCaches.AreHidden(out ProcessorCaches caches))
            return;
        // NNPACK cannot do without the sizes, and would say so with every convolution.
        SwitchOff(torchLibrary, Nnpack);
        AskForTheProcessor();
        if (FindRecord() is nint record)
            Marshal.Copy((int[])[caches.Level1, caches.Level2, caches.Level3], 0, record, Levels);
        else
            SwitchOff(torchLibrary, OneDnn);
    }

    /// <summary>oneDNN looks at the processor when it first computes.</summary>
    static void AskForTheProcessor()
    {
        using var scope = NewDisposeScope();
        nn.functional.conv2d(zeros(1, 16, 8, 8), zeros(16, 16, 3, 3));
    }

    /// <summary>The place of the sizes, if there is one and one only.</summary>
    static nint? FindRecord()
    {
        try
        {
            return FindRecord(VariablesOfTorch());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static nint? FindRecord(IEnumerable<(nint Start, int Length)> memory)
    {
        var found = new List<nint>();
        foreach ((nint start, int length) in memory)
        {
            var words = new int[length / sizeof(int)];
            Marshal.Copy(start, words, 0, words.Length);
            for (int i = 0; i + RecordLength <= words.Length; i++)
            {
                if (IsRecord(words.AsSpan(i, RecordLength)))
                    found.Add(start + i * sizeof(int));
            }
        }
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>Three levels of one byte each.</summary>
    static bool IsRecord(ReadOnlySpan<int> words) =>
        words[^1] == Levels && words[..Levels].SequenceEqual([1, 1, 1]) && !words[Levels..Places].ContainsAnyExcept(0)
        && !words.Slice(Places, Levels).ContainsAnyExceptInRange(1, 4096) && !words[(Places + Levels)..^1].ContainsAnyExcept(0);

    /// <summary>Memory of variables without first values: the nameless mapping right behind the library's last one.</summary>
    static IEnumerable<(nint Start, int Length)> VariablesOfTorch()
    {
        long endOfTorch = 0;
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            long[] range = [.. fields[0].Split('-').Select(text => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            if (fields.Length == 5 && range[0] == endOfTorch && fields[1].StartsWith("rw", StringComparison.Ordinal))
                yield return ((nint)range[0], (int)Math.Min(range[1] - range[0], LargestVariables));
            endOfTorch = line.Contains("/libtorch_cpu.so", StringComparison.Ordinal) ? range[1] : 0;
        }
    }

    static void SwitchOff(nint torchLibrary, string setEnabled)
    {
        nint context = Function<GlobalContext>(torchLibrary, "_ZN2at13globalContextEv")();
        Function<SetUserEnabled>(torchLibrary, setEnabled)(context, false);
    }

    static TDelegate Function<TDelegate>(nint library, string name) where TDelegate : Delegate =>
        Marshal.GetDelegateForFunctionPointer<TDelegate>(NativeLibrary.GetExport(library, name));

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate nint GlobalContext();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate void SetUserEnabled(nint context, [MarshalAs(UnmanagedType.I1)] bool enabled);
}
