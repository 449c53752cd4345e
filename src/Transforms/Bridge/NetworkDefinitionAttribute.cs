using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNetDeepExtensions.Torch;

/// <summary>
/// Gives a network definition the name under which models keep it. A saved model holds this name and the definition's properties, never a type name, so
/// classes can be moved and renamed. The process that loads such a model registers the assembly first:
/// <c>mlContext.ComponentCatalog.RegisterAssembly(typeof(MyNetwork).Assembly)</c>.
/// </summary>
/// <param name="contract">Unique and lasting, such as <c>contoso.tabular/1</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NetworkDefinitionAttribute(string contract) : ExtensionBaseAttribute(contract)
{
    /// <summary>The type that was registered under the contract.</summary>
    /// <exception cref="InvalidOperationException">None was.</exception>
    internal static Type Find(IHostEnvironment env, string contract)
    {
        try
        {
            return env.ComponentCatalog.GetExtensionValue(env, typeof(NetworkDefinitionAttribute), contract).GetType();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"The model's network is defined by contract '{contract}', which no registered assembly has. "
                + "Call mlContext.ComponentCatalog.RegisterAssembly with the assembly of the class that carries [NetworkDefinition(\"" + contract + "\")] "
                + "before loading.", exception);
        }
    }

    /// <summary>The contract of a definition's type.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    internal static string ContractOf(Type definition) =>
        (Attribute.GetCustomAttribute(definition, typeof(NetworkDefinitionAttribute)) as NetworkDefinitionAttribute)?.ContractName
        ?? throw new ArgumentException($"{definition} needs [NetworkDefinition(\"a lasting name\")]: the name under which saved models keep it.");
}
