using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;

[assembly: LoadableClass(typeof(ITransformer), typeof(SavableTransformer), null, typeof(SignatureLoadModel),
    "MLNetDeepExtensions model", SavableTransformer.LoaderSignature)]

namespace MLNetDeepExtensions.Bridge;

/// <summary>A transformer that ML.NET saves into its zip and loads from there in any process, without registration.</summary>
public abstract class SavableTransformer : ITransformer
{
    internal const string LoaderSignature = "MLNetDeepExtensions";

    private protected SavableTransformer(IHostEnvironment env) => Host = env.Register(GetType().Name);

    private protected IHost Host { get; }

    /// <summary>True: every row is mapped on its own, so a PredictionEngine can be made.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema of what <see cref="Transform"/> returns for data of the given schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of the wrong type.</exception>
    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>A lazy view of the data with this transformer's columns added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of the wrong type.</exception>
    public abstract IDataView Transform(IDataView input);

    /// <summary>Maps single rows of the given schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or of the wrong type.</exception>
    public abstract IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);

    /// <summary>Writes everything that loading needs.</summary>
    internal abstract void Save(ModelZipWriter zip);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        string name = GetType().GetCustomAttribute<SavedModelAttribute>()?.Name
            ?? throw new InvalidOperationException($"{GetType().Name} has no [SavedModel] name.");
        using var zip = new ModelZipWriter(ctx, name);
        Save(zip);
    }

    /// <summary>Found and called by ML.NET through the LoadableClass attribute above.</summary>
    internal static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var zip = new ModelZipReader(ctx);
        Type type = typeof(SavableTransformer).Assembly.GetTypes()
            .FirstOrDefault(type => type.GetCustomAttribute<SavedModelAttribute>()?.Name == zip.Name)
            ?? throw new InvalidDataException($"Model of an unknown kind '{zip.Name}': it was saved by a newer version of MLNetDeepExtensions.");
        const BindingFlags Constructors = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions;
        return (ITransformer)Activator.CreateInstance(type, Constructors, null, [env, zip], null)!;
    }
}
