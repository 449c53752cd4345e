namespace MLNetDeepExtensions.Examples;

/// <summary>
/// From nothing to a served model: trains SSD on generated pictures, then lets another process find objects in pictures that neither has seen.
/// </summary>
internal static class QuickStart
{
    private const int UnseenPictures = 6;

    public static void Run()
    {
        string output = Path.Combine("out", "quickstart"), unseen = Path.Combine(output, "unseen");
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        string result = new SSDExample().Run(new ExampleOptions { Out = output });

        Console.WriteLine("another process loads the model and looks at new pictures:");
        DetectionData.WriteShapes(unseen, train: 0, test: UnseenPictures, seed: 2);
        string model = Path.Combine(output, "model.zip"), images = Path.Combine(unseen, "JPEGImages");
        AnotherProcess.Run("predict", "--model", model, "--images", images, "--out", Path.Combine(output, "found"));
        Console.WriteLine(result);
    }
}
