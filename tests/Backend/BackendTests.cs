using MLNetDeepExtensions.Backend;
using TorchSharp;

namespace MLNetDeepExtensions.Tests.Backend;

[TestClass]
public sealed class BackendTests
{
    static readonly BackendFindings Linux = new("linux-x64", "Debian GNU/Linux 12", [], "2.36", "GLIBCXX_3.4.30", "");

    [TestMethod]
    public void LoadingIsIdempotentOnAllThreads()
    {
        Parallel.For(0, 8, _ => TorchRuntime.EnsureLoaded());
        TorchRuntime.EnsureLoaded();
    }

    [TestMethod]
    public void TheNamedVersionsAreThoseOfTorchSharp()
    {
        Assert.AreEqual(BackendPackages.LibtorchVersion, torch.NormalizeNuGetVersion(torch.__version__));
        Assert.StartsWith(BackendPackages.TorchSharpVersion, FileVersion(typeof(torch)));
    }

    [TestMethod]
    public void AMissingPackageIsNamed() => Assert.AreEqual("""
        The native libraries of TorchSharp 0.107.0 cannot be loaded on Debian GNU/Linux 12, linux-x64:
        - libtorch_cpu.so not found beside the application: add the package libtorch-cpu-linux-x64 2.10.0, or for an NVIDIA GPU TorchSharp-cuda-linux 0.107.0, to the project that is run.
        """.ReplaceLineEndings("\n"), BackendDiagnosis.Explain(Linux with
    {
        MissingFiles = ["libtorch_cpu.so"],
        LoaderMessage = "libtorch.so: cannot open shared object file: No such file or directory",
    }));

    [TestMethod]
    public void AnOldLibraryIsNamedWithWhatIsThere() => Assert.AreEqual("""
        The native libraries of TorchSharp 0.107.0 cannot be loaded on Debian GNU/Linux 12, linux-x64:
        - libstdc++ is too old: needed GLIBCXX_3.4.32, found GLIBCXX_3.4.30. The build files of the package MLNetDeepExtensions lift the need of GLIBCXX_3.4.32: let the project that is run take them, or install the libstdc++ of GCC 13.
        - the C library is too old: needed GLIBC_2.34, found GLIBC_2.31. Use a newer system, such as Debian 12, Ubuntu 22.04 or RHEL 9.
        """.ReplaceLineEndings("\n"), BackendDiagnosis.Explain(Linux with
    {
        Glibc = "2.31",
        LoaderMessage = "/a/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
            + "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /a/libLibTorchSharp.so)\n"
            + "/lib/libc.so.6: version `GLIBC_2.34' not found (required by /a/libLibTorchSharp.so)\n",
    }));

    [TestMethod]
    [DataRow("linux-x64", "libgomp-98b21ff3.so.1: cannot open shared object file: No such file or directory", "libgomp-98b21ff3.so.1, which they depend on, not found.")]
    [DataRow("linux-x64", "/a/libLibTorchSharp.so: undefined symbol: _ZN2at4_ops", "the libtorch that was found is of another version than 2.10.0: "
        + "use the package libtorch-cpu-linux-x64 2.10.0, or for an NVIDIA GPU TorchSharp-cuda-linux 0.107.0, and no other, and no libtorch of the system.")]
    [DataRow("win-x64", "Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could not be found. (0x8007007E)",
        "a library that they depend on not found: install the Microsoft Visual C++ Redistributable.")]
    [DataRow("osx-arm64", "code signature invalid", "the loader says: code signature invalid")]
    [DataRow("linux-musl-x64", "", "there are none for linux-musl-x64, only for linux-x64, win-x64, osx-arm64; they need the GNU C library, which Alpine lacks: "
        + "use Debian, Ubuntu or RHEL.")]
    [DataRow("linux-arm64", "", "there are none for linux-arm64, only for linux-x64, win-x64, osx-arm64.")]
    [DataRow("osx-x64", "", "there are none for osx-x64, only for linux-x64, win-x64, osx-arm64.")]
    public void EveryCauseHasItsSentence(string platform, string loaderMessage, string expected)
    {
        string message = BackendDiagnosis.Explain(Linux with { Platform = platform, SystemName = "here", LoaderMessage = loaderMessage });

        Assert.AreEqual($"The native libraries of TorchSharp 0.107.0 cannot be loaded on here, {platform}:\n- {expected}", message);
    }

    [TestMethod]
    public void NewestMeansTheHighestNumber() => Assert.AreEqual("GLIBCXX_3.4.30",
        LinuxLibraries.NewestVersion("GLIBCXX_3.4\0GLIBCXX_3.4.9\0GLIBCXX_3.4.30\0GLIBCXX_3.4.29\0GLIBCXX_FORCE_NEW\0"));

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void FindingsOfThisMachineAreGathered()
    {
        var found = BackendFindings.Gather(new TypeInitializationException("x", new DllNotFoundException("reason")));

        Assert.AreEqual("reason", found.LoaderMessage);
        Assert.IsEmpty(found.MissingFiles);
        Assert.StartsWith("linux-", found.Platform);
        Assert.IsGreaterThanOrEqualTo(new Version(2, 27), Version.Parse(found.Glibc!));
        Assert.StartsWith("GLIBCXX_3.4.", found.Glibcxx);
    }

    static string FileVersion(Type type) => System.Diagnostics.FileVersionInfo.GetVersionInfo(type.Assembly.Location).ProductVersion!;
}
