using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Images.Metrics;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>One pass over originals, translations, what came back, and what was wanted.</summary>
internal sealed class ImageTranslationEvaluation
{
    private readonly IHostEnvironment env;
    private readonly IDataView data;
    private readonly DataViewSchema.Column image;
    private readonly DataViewSchema.Column? reconstructed, translated, target;

    public ImageTranslationEvaluation(
        IHostEnvironment env, IDataView data, string imageColumn, string? reconstructedColumn, string translatedColumn, string? targetColumn)
    {
        (this.env, this.data) = (env, data);
        image = ImageColumn.Find(env, data.Schema, imageColumn);
        reconstructed = reconstructedColumn is null ? null : ImageColumn.Find(env, data.Schema, reconstructedColumn);
        target = targetColumn is null ? null : ImageColumn.Find(env, data.Schema, targetColumn);
        translated = target is null ? null : ImageColumn.Find(env, data.Schema, translatedColumn);
    }

    public ImageTranslationMetrics Run()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(new[] { image, reconstructed, translated, target }.OfType<DataViewSchema.Column>());
        Func<RgbImage> readImage = Bind(cursor, image);
        Func<RgbImage>? readReconstructed = Bind(cursor, reconstructed), readTranslated = Bind(cursor, translated), readTarget = Bind(cursor, target);
        var (cycle, wanted, untranslated) = (new Similarities(), new Similarities(), new Similarities());
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            env.ThrowIfCancelled();
            RgbImage original = readImage();
            try
            {
                if (readReconstructed is not null)
                    cycle.Add(original, readReconstructed());
                if (readTarget?.Invoke() is not { } truth)
                    continue;
                wanted.Add(readTranslated!(), truth);
                untranslated.Add(original, truth);
            }
            catch (ArgumentException fault)
            {
                throw new InvalidDataException($"Row {cursor.Position}: {fault.Message}", fault);
            }
        }
        if (count == 0)
            throw new InvalidDataException("Expected at least one image to evaluate, got none.");
        return new ImageTranslationMetrics(count, cycle.Mean, wanted.Mean, untranslated.Mean);
    }

    private static Func<RgbImage>? Bind(DataViewRow row, DataViewSchema.Column? column) => column is { } known ? Bind(row, known) : null;

    private static Func<RgbImage> Bind(DataViewRow row, DataViewSchema.Column column)
    {
        Func<RgbImage?> read = ImageColumn.Bind(row, column);
        return () => read() ?? throw new InvalidDataException($"Row {row.Position}: column '{column.Name}' has no image.");
    }

    /// <summary>Sums over pairs of images.</summary>
    private sealed class Similarities
    {
        private const double EqualImages = 100;
        private double signalToNoise, structure, difference;
        private int count;

        public ImageSimilarity? Mean => count == 0 ? null : new(signalToNoise / count, structure / count, difference / count);

        public void Add(RgbImage a, RgbImage b)
        {
            signalToNoise += Math.Min(EqualImages, PeakSignalToNoise.Of(a, b));
            structure += StructuralSimilarity.Of(a, b);
            difference += MeanDifference.Of(a, b);
            count++;
        }
    }
}
