using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Inference;

namespace MLNetDeepExtensions.ImageGeneration;

/// <summary>
/// A trained InfoGAN as a reader of codes. Adds <c>PredictedCategory</c> (key: the likeliest value of the first categorical code; absent without one) and
/// <c>PredictedCodes</c> (a number for each code: category from 0, or mean), which the generator takes as <c>Codes</c>. A row without an image has a missing
/// category and codes that are not numbers.
/// </summary>
[SavedModel("InfoGanEncoder")]
public sealed class InfoGanEncodingTransformer : NetworkTransformer<RgbImage?, float[]>
{
    private readonly SavedEncoder description;
    private readonly Shared<TrainedNetwork<InfoGanNetwork>> network;

    internal InfoGanEncodingTransformer(IHostEnvironment env, SavedEncoder description, Shared<TrainedNetwork<InfoGanNetwork>> network) : base(env) =>
        (this.description, this.network) = (description, network);

    /// <summary>Loads a saved model.</summary>
    private InfoGanEncodingTransformer(IHostEnvironment env, ModelZipReader zip)
        : this(env, zip, zip.ReadOptions<SavedEncoder>(saved => saved.Network.Faults().Concat(saved.Inference.Faults())))
    {
    }

    private InfoGanEncodingTransformer(IHostEnvironment env, ModelZipReader zip, SavedEncoder description)
        : this(env, description, new Shared<TrainedNetwork<InfoGanNetwork>>(new TrainedNetwork<InfoGanNetwork>(
            zip.ReadNetwork(() => new InfoGanNetwork(description.Network)), DeviceChoice.ForLoading(env), () => new InfoGanNetwork(description.Network))))
    {
    }

    /// <summary>What the network is.</summary>
    public InfoGanNetworkOptions Network => description.Network;

    private protected override int BatchSize => description.Inference.BatchSize;

    private protected override IReadOnlyList<ResultColumn<float[]>> Results => description.Columns.Deliver(InfoGanCodes.Of(Network));

    /// <inheritdoc/>
    public override void Dispose() => network.Dispose();

    internal override void Save(ModelZipWriter zip)
    {
        zip.WriteOptions(description);
        network.SaveTo(zip);
    }

    private protected override RowReader<RgbImage?> ReaderFor(DataViewSchema schema) => ImageColumn.Reader(Host, schema, description.Columns.Image);

    private protected override IReadOnlyList<float[]> Run(IReadOnlyList<RgbImage?> inputs)
    {
        RgbImage[] images = [.. inputs.OfType<RgbImage>().Select(image => CentreCrop.To(image, Network.ImageSize, Network.ImageSize))];
        var read = new Queue<float[]>(images.Length > 0 ? Encode(images) : []);
        float[] missing = [.. Enumerable.Repeat(float.NaN, InfoGanCodes.Of(Network).Count)];
        return [.. inputs.Select(image => image is null ? missing : read.Dequeue())];
    }

    private IReadOnlyList<float[]> Encode(IReadOnlyList<RgbImage> images) => network.Infer(weights => InfoGanDecoder.Decode(Network,
        weights.For(description.Inference.Precision).Discriminator.call(Placed.On(weights.Device, SymmetricImages.Of(images, Network.Channels)))));
}

/// <summary>What is saved of an encoder besides its weights.</summary>
internal sealed record SavedEncoder(InfoGanNetworkOptions Network, GenerationOptions Inference, EncodingColumns Columns);

/// <summary>Names of the columns that an encoder reads and adds.</summary>
internal sealed record EncodingColumns
{
    public string Image { get; init; } = "Image";

    public string PredictedCategory { get; init; } = "PredictedCategory";

    public string PredictedCodes { get; init; } = "PredictedCodes";

    public IReadOnlyList<ResultColumn<float[]>> Deliver(InfoGanCodes layout)
    {
        var codes = new ResultColumn<float[], VBuffer<float>>(
            PredictedCodes, new VectorDataViewType(NumberDataViewType.Single, layout.Count), null, (float[] result, ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, result.Length);
                result.CopyTo(editor.Values);
                value = editor.Commit();
            });
        if (layout.Categories.Count == 0)
            return [codes];
        return [new ResultColumn<float[], uint>(PredictedCategory, new KeyDataViewType(typeof(uint), layout.Categories[0]), null,
            (float[] result, ref uint key) => key = float.IsNaN(result[0]) ? 0 : (uint)result[0] + 1), codes];
    }
}
