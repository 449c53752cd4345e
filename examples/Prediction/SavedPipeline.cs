using Microsoft.ML;

namespace MLNetDeepExtensions.Examples;

/// <summary>What an example has saved as <c>model.zip</c>.</summary>
internal static class SavedPipeline
{
    /// <exception cref="UserError">There is no such file, or it is not a model.</exception>
    public static ITransformer Load(MLContext ml, string path)
    {
        try
        {
            return ml.Model.Load(path, out _);
        }
        catch (Exception exception) when (UserError.In(exception) is { } error)
        {
            throw new UserError($"{path} cannot be loaded: {error.Message}");
        }
    }
}
