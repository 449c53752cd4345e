// Writes copies of assemblies in which internal types and members are public. The bridge is compiled against such
// copies of ML.NET; the originals are used at run time, where IgnoresAccessChecksTo lets it in.
// Usage: WidenedReferences OUTPUT_FOLDER ASSEMBLY...
using Mono.Cecil;

string outputFolder = args[0];
Directory.CreateDirectory(outputFolder);
foreach (string path in args[1..])
{
    var resolver = new DefaultAssemblyResolver();
    resolver.AddSearchDirectory(Path.GetDirectoryName(path));
    using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver });
    foreach (TypeDefinition type in assembly.MainModule.GetTypes())
        Widen(type);
    assembly.Write(Path.Combine(outputFolder, Path.GetFileName(path)));
}

static void Widen(TypeDefinition type)
{
    if (type.IsNotPublic)
        type.IsPublic = true;
    else if (type.IsNestedAssembly || type.IsNestedFamilyOrAssembly || type.IsNestedFamilyAndAssembly)
        type.IsNestedPublic = true;

    foreach (FieldDefinition field in type.Fields.Where(f => f.IsAssembly || f.IsFamilyOrAssembly || f.IsFamilyAndAssembly))
        field.IsPublic = true;

    foreach (MethodDefinition method in type.Methods)
    {
        // A virtual "private protected" member must stay overridable as "protected".
        if (method.IsFamilyAndAssembly && method.IsVirtual)
            method.IsFamily = true;
        else if (method.IsAssembly || method.IsFamilyAndAssembly)
            method.IsPublic = true;
    }
}
