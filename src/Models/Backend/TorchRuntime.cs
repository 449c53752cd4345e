namespace MLNetDeepExtensions.Backend;
internal static class TorchRuntime { public static void EnsureLoaded() { } }
