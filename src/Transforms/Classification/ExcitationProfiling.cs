using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Labels;

namespace MLNetDeepExtensions.Classification;

/// <summary>One pass over images with their classes, which averages what a network's blocks say of them.</summary>
/// <param name="env">For messages.</param>
/// <param name="images">Reads the image of a row.</param>
/// <param name="labelColumnName">Column of classes.</param>
/// <param name="batchSize">Images that are looked at together.</param>
/// <param name="excitations">For each block, for each image: a number for each channel.</param>
internal sealed class ExcitationProfiling(IHostEnvironment env, RowReader<RgbImage?> images, string labelColumnName, int batchSize,
    Func<IReadOnlyList<RgbImage>, IReadOnlyList<float[][]>> excitations)
{
    private readonly Dictionary<string, ClassSums> sums = [];

    /// <exception cref="ArgumentOutOfRangeException">The label column is missing or of the wrong type.</exception>
    public ExcitationProfile Run(IDataView data, IReadOnlyList<ExcitationBlock> blocks)
    {
        DataViewSchema.Column label = LabelNames.Find(env, data.Schema, labelColumnName);
        string[] order = label.Type is KeyDataViewType && ClassLabels.Of(label) is var labels
            ? [.. Enumerable.Range(0, labels.Count).Select(labels.NameOf)] : [];
        using DataViewRowCursor cursor = data.GetRowCursor([.. images.Columns, label]);
        foreach ((RgbImage Image, string Class)[] batch in Read(cursor, label).Chunk(batchSize))
            Add(batch, excitations([.. batch.Select(row => row.Image)]));
        KeyValuePair<string, ClassSums>[] classes = [.. order.Where(sums.ContainsKey).Concat(sums.Keys.Except(order)).Select(name => KeyValuePair.Create(name, sums[name]))];
        return new ExcitationProfile([.. classes.Select(found => found.Key)], [.. classes.Select(found => found.Value.Count)],
            [.. blocks.Select((block, index) => Block(block.Name, [.. classes.Select(found => found.Value)], index))]);
    }

    private IEnumerable<(RgbImage Image, string Class)> Read(DataViewRowCursor cursor, DataViewSchema.Column label)
    {
        Func<RgbImage?> image = images.Bind(cursor);
        Func<string?> name = LabelNames.Bind(cursor, label);
        while (cursor.MoveNext())
        {
            env.ThrowIfCancelled();
            if (name() is { } known && image() is { } picture)
                yield return (picture, known);
        }
    }

    private void Add((RgbImage Image, string Class)[] batch, IReadOnlyList<float[][]> blocks)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            if (!sums.TryGetValue(batch[i].Class, out ClassSums? sum))
                sums.Add(batch[i].Class, sum = new ClassSums([.. blocks.Select(block => new double[block[i].Length])]));
            sum.Add([.. blocks.Select(block => block[i])]);
        }
    }

    private static BlockExcitation Block(string name, IReadOnlyList<ClassSums> classes, int block)
    {
        double all = classes.Sum(sum => (double)sum.Count);
        int channels = classes.Count == 0 ? 0 : classes[0].Blocks[block].Length;
        return new BlockExcitation(name, [.. classes.Select(sum => sum.Blocks[block].Select(value => (float)(value / sum.Count)).ToArray())],
            [.. Enumerable.Range(0, channels).Select(channel => (float)(classes.Sum(sum => sum.Blocks[block][channel]) / all))]);
    }

    /// <summary>Sums over the images of a class, for each block and channel.</summary>
    private sealed class ClassSums(double[][] blocks)
    {
        public int Count { get; private set; }

        public double[][] Blocks => blocks;

        public void Add(float[][] values)
        {
            Count++;
            for (int block = 0; block < blocks.Length; block++)
                for (int channel = 0; channel < blocks[block].Length; channel++)
                    blocks[block][channel] += values[block][channel];
        }
    }
}
