using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.ML;

namespace MLNetDeepExtensions.Tests.Acceptance.Pipelines;

/// <summary>Loading as ML.NET does it: by reflection, which wraps what a loader throws.</summary>
internal static class ModelLoading
{
    public static ITransformer Unwrapped(Func<ITransformer> load)
    {
        try
        {
            return load();
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }
}
