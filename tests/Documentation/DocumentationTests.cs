using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetDeepExtensions.Tests.Documentation;

[TestClass]
public sealed partial class DocumentationTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "documentation");
    private static readonly string[] Pages = Directory.GetFiles(Folder, "*.md");

    [TestMethod]
    public void EveryBlockOfCSharpIsCompiled()
    {
        string compiled = string.Concat(Directory.GetFiles(Folder, "*.cs").Select(file => Lines(File.ReadAllText(file))));
        int blocks = 0;
        foreach (string page in Pages)
            foreach (Match block in CSharp().Matches(File.ReadAllText(page)))
            {
                Assert.Contains(Lines(block.Groups[1].Value), compiled, Path.GetFileName(page));
                blocks++;
            }
        Assert.IsGreaterThan(9, blocks);
    }

    [TestMethod]
    public void TheRowsOfTheDocumentsMakeDataViews()
    {
        var ml = new MLContext();
        Assert.IsInstanceOfType<ImageDataViewType>(ml.Data.LoadFromEnumerable(Array.Empty<ImageInMemory>()).Schema["Image"].Type);
        Assert.IsTrue(ml.Data.LoadFromEnumerable(Array.Empty<ImageBytes>()).Schema["ImageBytes"].Type is VectorDataViewType);
        Assert.IsTrue(ml.Data.LoadFromEnumerable(Array.Empty<ImageFile>()).Schema["BoundingBoxes"].Type is VectorDataViewType);
    }

    /// <summary>The text with indentation and empty lines taken away.</summary>
    private static string Lines(string text) =>
        string.Concat(text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => line + "\n"));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
