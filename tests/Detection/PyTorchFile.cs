using System.IO.Compression;
using System.Text;
using MLNetDeepExtensions.Tests.Weights;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests.Detection;

/// <summary>Writes what torch.save writes for a state dictionary of Float32 and Int64: a zip with a pickle and one member for each tensor.</summary>
internal static class PyTorchFile
{
    public static void Write(string path, nn.Module module)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        var pickle = new StringBuilder("\u0080\u0002}(");
        foreach (var (index, (name, value)) in module.state_dict().Index())
        {
            Write(zip, $"data/{index}", value.bytes);
            pickle.Append(WeightsSamples.PickledText(name)).Append(WeightsSamples.PickledTensor(
                (int)value.numel(), 0, Ints(value.shape), Ints(value.stride()), storage: $"{index}", type: value.dtype == ScalarType.Int64 ? "Long" : "Float"));
        }
        Write(zip, "data.pkl", WeightsSamples.Pickle(pickle.Append("u.").ToString()));
    }

    private static void Write(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        using Stream member = zip.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
        member.Write(content);
    }

    private static int[] Ints(long[] values) => [.. values.Select(value => (int)value)];
}
