using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Examples;

/// <summary>An Image Transformer on images: new ones, completed ones, larger ones, and how well it predicts bytes beside the histograms of pixels.</summary>
internal sealed class ImageTransformerExample : TrainingExample
{
    private const int Columns = 8;

    /// <summary>Images learned from, one by one or again and again, if the number of epochs is not given.</summary>
    private const int ImagesSeen = 30_000;

    private readonly Option<int?> layers = new("--layers") { Description = "Layers of the decoder; default 3. The paper has 12.", HelpName = "N" };
    private readonly Option<int?> width = new("--width") { Description = "Numbers for each position, a multiple of 16; default 64. The paper has 512.", HelpName = "N" };
    private readonly Option<string?> pixels = new("--pixels")
    {
        Description = "What is said about a pixel: categorical or logistic-mixture; default: categorical for grey images.", HelpName = "KIND",
    };
    private readonly Option<bool> rectangles = new("--rectangles") { Description = "Two-dimensional blocks; default: one-dimensional ones." };
    private readonly Option<bool> classes = new("--classes") { Description = "Generates images by their classes." };
    private readonly Option<int?> factor = new("--super-resolution") { Description = "Makes images so many times wider and higher, as 4; default: makes new images.", HelpName = "N" };
    private readonly Option<double?> temperature = new("--temperature") { Description = "Below 1: smoother images, more alike; default 1.", HelpName = "T" };

    protected override string Name => "image-transformer";

    protected override string Description =>
        "Trains an Image Transformer on a folder of images, class folders, IDX files (MNIST) or CIFAR, or on generated shapes.";

    protected override IEnumerable<Option> OwnOptions => [layers, width, pixels, rectangles, classes, factor, temperature];

    public override string Run(ExampleOptions options)
    {
        // Before the data is read or made: what the user said is right or wrong whatever the images are.
        _ = Recipe(options, imageSide: 32, isGrey: true, trainCount: 1);
        var output = new OutputFolder(options);
        var ml = new MLContext(options.Seed) { GpuDeviceId = options.Gpu, FallbackToCpu = false };
        using var session = new TrainingSession(ml);
        GenerationData data = WithinMinutes(ml, options, GenerationData.Load(ml, options, output));
        if (options.Value(classes) && !data.HasLabels)
            throw UserError.InArguments("--classes: the images of a folder have no classes.");

        ImageTransformerGenerator.Options recipe = Recipe(options, data.ImageSide, data.IsGrey, data.TrainCount) with
        {
            CheckpointDirectory = output.Checkpoint,
            CheckpointEverySteps = 500,
            Resume = options.Resume,
            Progress = session.Progress,
            CancellationToken = session.Stop,
        };
        using ImageTransformerGenerationTransformer model = session.Watch(() => ml.ImageGeneration.Trainers.ImageTransformer(recipe).Fit(Keyed(ml, data)));
        using ImageLikelihoodTransformer likelihood = model.AsLikelihood();
        ml.Model.Save(model, null, output.Model);
        ml.Model.Save(likelihood, null, output.File("likelihood.zip"));
        output.Finish(model.History);

        double imagesPerSecond = model.Network.SuperResolution is null ? DrawImages(ml, model, data, output) : DrawLarger(model, data, output);
        return ImageTransformerReport.Write(Name, data, model, ImageTransformerTest.Run(data, model.Network, likelihood), imagesPerSecond, output);
    }

    /// <summary>The first images of a large set: a pass over 60,000 would take most of an hour.</summary>
    private static GenerationData WithinMinutes(MLContext ml, ExampleOptions options, GenerationData data)
    {
        if (options.Epochs is not null || data.TrainCount <= ImagesSeen)
            return data;
        Console.WriteLine($"The first {ImagesSeen} images are learned from; all of them with --epochs.");
        return data with { Train = ml.Data.TakeRows(data.Train, ImagesSeen), TrainCount = ImagesSeen };
    }

    private static IDataView Keyed(MLContext ml, GenerationData data) =>
        data.HasLabels ? ml.Transforms.Conversion.MapValueToKey("Label").Fit(data.Train).Transform(data.Train) : data.Train;

    /// <summary>New images, a row for each class if there are classes; and the figure of completions: what is given, three completions, the original.</summary>
    /// <returns>Images generated per second.</returns>
    private static double DrawImages(MLContext ml, ImageTransformerGenerationTransformer model, GenerationData data, OutputFolder output)
    {
        int kinds = Math.Max(1, model.Network.Classes);
        long[] seeds = [.. ml.ImageGeneration.Seeds(kinds == 1 ? Columns * Columns : kinds * Columns).GetColumn<long>("Seed")];
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<RgbImage> drawn = model.Generate([.. seeds.Select((seed, i) => new GenerationRequest(seed, Class: kinds == 1 ? null : i / Columns))]);
        double imagesPerSecond = drawn.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Gallery.Write(ImageGrid.Of(drawn, Columns), output.File("generated.png"));

        const int Completions = 3;
        using ImageTransformerGenerationTransformer completing = model.With(model.Options with { Task = ImageTransformerTask.Complete });
        RgbImage[] originals = [.. SquareImages.Of(data.Test, model.Network.ImageSize).Take(Columns)];
        IReadOnlyList<RgbImage> completed = completing.Generate(
            [.. originals.SelectMany((image, i) => Enumerable.Range(0, Completions).Select(n => new GenerationRequest(i * Completions + n, Image: image)))]);
        Gallery.Write(ImageGrid.Of([.. originals.SelectMany((image, i) =>
            (RgbImage[])[UpperHalf(image), .. completed.Skip(i * Completions).Take(Completions), image])], Completions + 2), output.File("completions.png"));
        return imagesPerSecond;
    }

    /// <summary>The figure of super-resolution: the small image, three larger ones, the original.</summary>
    private static double DrawLarger(ImageTransformerGenerationTransformer model, GenerationData data, OutputFolder output)
    {
        const int Samples = 3;
        int side = model.Network.ImageSize;
        RgbImage[] originals = [.. SquareImages.Of(data.Test, side).Take(Columns)];
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<RgbImage> enlarged = model.Generate(
            [.. originals.SelectMany((image, i) => Enumerable.Range(0, Samples).Select(n => new GenerationRequest(i * Samples + n, Image: image)))]);
        double imagesPerSecond = enlarged.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Gallery.Write(ImageGrid.Of([.. originals.SelectMany((image, i) =>
            (RgbImage[])[Blocks(image, side / model.Network.SuperResolution!.Factor), .. enlarged.Skip(i * Samples).Take(Samples), image])], Samples + 2),
            output.File("super-resolution.png"));
        return imagesPerSecond;
    }

    private static RgbImage UpperHalf(RgbImage image)
    {
        byte[] pixels = image.Pixels.ToArray();
        int area = image.Width * image.Height, kept = area / 2;
        for (int channel = 0; channel < 3; channel++)
            pixels.AsSpan(channel * area + kept, area - kept).Fill(128);
        return new RgbImage(image.Width, image.Height, pixels);
    }

    /// <summary>What the network is given, each pixel shown as a square.</summary>
    private static RgbImage Blocks(RgbImage image, int side)
    {
        RgbImage small = image.Resample(ImageWindow.Whole(image), side, side, Resampling.Area).ToImage();
        return small.Resample(ImageWindow.Whole(small), image.Width, image.Height, Resampling.Nearest).ToImage();
    }

    /// <summary>
    /// What learns within minutes on a processor with two cores: a small network without dropout that need not learn where to look in a small image,
    /// few images per update, and a rate for the updates there are.
    /// </summary>
    private ImageTransformerGenerator.Options Recipe(ExampleOptions options, int imageSide, bool isGrey, long trainCount)
    {
        if (options.Backbone is not null || options.Weights is not null)
            throw UserError.InArguments("--backbone, --weights: not for image-transformer.");
        int side = options.ImageSize ?? (options.IsGenerated ? 16 : Math.Min(32, imageSide)), numbers = options.Value(width) ?? 64;
        PixelOutput output = options.Value(pixels) is { } kind ? EnumName.Read<PixelOutput>("--pixels", kind)
            : isGrey ? PixelOutput.Categorical : PixelOutput.LogisticMixture;
        int row = side * (output == PixelOutput.Categorical && !isGrey ? 3 : 1);
        var network = new ImageTransformerNetworkOptions
        {
            ImageSize = side, Channels = isGrey ? 1 : 3, Output = output,
            Layers = options.Value(layers) ?? 3, Width = numbers, FeedForwardWidth = 4 * numbers, Heads = 4, Dropout = 0, Positions = PositionEncoding.Learned,
            // Four rows and the four before them; or rectangles of eight by eight pixels.
            Attention = options.Value(rectangles)
                ? new LocalAttention.TwoDimensional { QueryHeight = 8, QueryWidth = 8 * row / side, MemoryHeight = 8, MemoryWidth = 8 * row / side }
                : new LocalAttention.OneDimensional { QueryLength = 4 * row, MemoryLength = 4 * row },
            SuperResolution = options.Value(factor) is { } larger ? new SuperResolutionOptions { Factor = larger, EncoderLayers = 2, Radius = 1 } : null,
        };
        var inference = new ImageTransformerGenerationOptions { Temperature = options.Value(temperature) ?? 1 };
        if (network.Faults().Concat(inference.Faults()).FirstOrDefault() is { } fault)
            throw UserError.InArguments(fault);
        return new ImageTransformerGenerator.Options
        {
            Network = network,
            Inference = inference,
            LabelColumnName = options.Value(classes) ? "Label" : null,
            MaxEpochs = options.Epochs ?? Math.Clamp((int)Math.Ceiling((double)ImagesSeen / trainCount), 1, options.IsGenerated ? 20 : 100),
            BatchSize = options.Batch ?? 16,
            LearningRate = 2e-3,
            Schedule = new LearningRateSchedule.Cosine { WarmUp = 0.05 },
            ClipNorm = 1,
            Precision = options.Precision,
        };
    }
}
