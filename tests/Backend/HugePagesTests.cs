using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Backend;

[TestClass]
public sealed class HugePagesTests
{
    private const string Mappings = "/proc/self/smaps", Setting = "THP_MEM_ALLOC_ENABLE";

    [TestMethod]
    public void LargeTensorsAskForHugePages()
    {
        if (!File.Exists(Mappings) || Environment.GetEnvironmentVariable(Setting) is not null)
            Assert.Inconclusive($"Needs {Mappings}, and {Setting} not set.");
        const int Megabytes = 200;
        using Tensor large = zeros(Megabytes << 20, ScalarType.Byte);

        Assert.IsTrue(MappingsThatAsk().Any(kilobytes => kilobytes >= (Megabytes - 4) << 10));
    }

    /// <summary>Sizes in kilobytes of the mappings whose flags say that huge pages are wanted.</summary>
    private static IEnumerable<int> MappingsThatAsk()
    {
        int size = 0;
        foreach (string line in File.ReadLines(Mappings))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "Size:")
                size = int.Parse(words[1], CultureInfo.InvariantCulture);
            else if (words[0] == "VmFlags:" && words.Contains("hg"))
                yield return size;
        }
    }
}
