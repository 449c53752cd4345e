namespace MLNetDeepExtensions.Bridge;

/// <summary>
/// The name under which models of a transformer stand in a zip: written once, kept for ever. The class has a constructor
/// that takes an <c>IHostEnvironment</c> and a <see cref="ModelZipReader"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class SavedModelAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
