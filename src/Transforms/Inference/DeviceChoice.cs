using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Inference;

/// <summary>Which device a network runs on: what the options say, else what the MLContext says, else the CPU.</summary>
internal static class DeviceChoice
{
    /// <exception cref="InvalidOperationException">A GPU is asked for and missing, and the CPU may not stand in for it.</exception>
    public static Device Choose(IHostEnvironment env, IChannel channel, int? gpuDeviceId = null, bool? fallbackToCpu = null)
    {
        if ((gpuDeviceId ?? env.GpuDeviceIdOf()) is not int id)
            return CPU;
        int count = cuda.is_available() ? cuda.device_count() : 0;
        if (id >= 0 && id < count)
            return new Device(DeviceType.CUDA, id);
        string missing = count == 0
            ? $"GPU {id} was asked for, but TorchSharp finds no CUDA device: a CUDA build of libtorch (package TorchSharp-cuda-linux or TorchSharp-cuda-windows) and an NVIDIA driver are needed."
            : $"GPU {id} was asked for, but there are {count}, numbered from 0.";
        if (!(fallbackToCpu ?? env.FallbackToCpuOf()))
            throw new InvalidOperationException($"{missing} Set FallbackToCpu to run on the CPU instead.");
        channel.Warning(MessageSensitivity.None, $"{missing} The CPU is used instead.");
        return CPU;
    }

    /// <summary>The device for a model that is loaded: what the MLContext says.</summary>
    /// <exception cref="InvalidOperationException">A GPU is asked for and missing, and the CPU may not stand in for it.</exception>
    public static Device ForLoading(IHostEnvironment env)
    {
        using IChannel channel = env.Start("Load");
        return Choose(env, channel);
    }
}
