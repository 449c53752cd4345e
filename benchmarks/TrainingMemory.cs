using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.ImageGeneration;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.ImageTranslation;

namespace MLNetDeepExtensions.Benchmarks;

/// <summary>Whether anything leaks while the systems that make images learn.</summary>
internal sealed class TrainingMemory : IBenchmark
{
    private const int Updates = 500, Every = 100, Batch = 4, Pictures = 100, Classes = 2;
    private const int Epochs = Updates * Batch / Pictures;
    private const double Averaging = 0.99;

    public string Question => $"Resident memory and live tensors over {Updates} updates of Fit of each system that makes images, tiny ones on pictures of shapes, in batches of "
        + $"{Batch}, one system after the other in one process: flat from update {Every} on.";

    public void Run(Report report)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(DetectionScenes.Samples(2 * Pictures, 64, 64).Select(
            (scene, i) => new Picture { Image = scene.Image.ToMLImage(), Label = (uint)(i % Classes), Domain = i % 2 == 1 }).ToList());
        IDataView half = ml.Data.TakeRows(data, Pictures);
        foreach (var (name, fit) in new (string, Action<MemoryOverUpdates>)[]
        {
            ("CycleGAN", memory => ml.ImageTranslation.Trainers.CycleGan(CycleGan(memory)).Fit(data).Dispose()),
            ("InfoGAN", memory => ml.ImageGeneration.Trainers.InfoGan(InfoGan(memory)).Fit(half).Dispose()),
            ("Self-Attention GAN", memory => ml.ImageGeneration.Trainers.SelfAttentionGan(SelfAttentionGan(memory)).Fit(half).Dispose()),
            ("Image Transformer", memory => ml.ImageGeneration.Trainers.ImageTransformer(ImageTransformer(memory)).Fit(half).Dispose()),
        })
        {
            var memory = new MemoryOverUpdates(Every);
            report.Note($"{name}:");
            fit(memory);
            report.Table(MemoryReading.Header, [.. memory.Readings.Select(reading => reading.Row)]);
        }
    }

    /// <summary>An epoch shows each picture of the two domains once.</summary>
    private static CycleGanTranslator.Options CycleGan(MemoryOverUpdates memory) => new()
    {
        Network = new CycleGanNetworkOptions { ResidualBlocks = 1, GeneratorWidth = 16, DiscriminatorWidth = 16, DiscriminatorLayers = 2 },
        Augmentation = new TranslationAugmentation { LoadSize = 36, CropSize = 32 },
        BatchSize = Batch, MaxEpochs = Epochs, AveragingDecay = Averaging, Progress = memory,
    };

    private static InfoGanGenerator.Options InfoGan(MemoryOverUpdates memory) => new()
    {
        Network = new InfoGanNetworkOptions { Width = 0.25 }, BatchSize = Batch, MaxEpochs = Epochs, AveragingDecay = Averaging, Progress = memory,
    };

    private static SelfAttentionGanGenerator.Options SelfAttentionGan(MemoryOverUpdates memory) => new()
    {
        Network = new SelfAttentionGanNetworkOptions
        {
            ImageSize = 16, GeneratorChannels = [32, 32, 32], DiscriminatorChannels = [32, 32, 32], DiscriminatorHalvings = 2, AttentionSize = 8,
        },
        BatchSize = Batch, MaxEpochs = Epochs, AveragingDecay = Averaging, Progress = memory,
    };

    private static ImageTransformerGenerator.Options ImageTransformer(MemoryOverUpdates memory) => new()
    {
        Network = new ImageTransformerNetworkOptions
        {
            ImageSize = 12, Layers = 2, Width = 32, FeedForwardWidth = 64, Heads = 2, Attention = new LocalAttention.OneDimensional { QueryLength = 72, MemoryLength = 72 },
        },
        LabelColumnName = nameof(Picture.Label), BatchSize = Batch, MaxEpochs = Epochs, AveragingDecay = Averaging, Progress = memory,
    };

    private sealed class Picture
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        // From 0 in a row; ML.NET counts from 1 in the column.
        [KeyType(Classes)]
        public uint Label { get; set; }

        public bool Domain { get; set; }
    }
}
