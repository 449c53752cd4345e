using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>An image with its captions.</summary>
/// <param name="image">The picture.</param>
/// <param name="captions">At least one.</param>
/// <param name="tokens">Of each caption, with its end token.</param>
internal sealed class CaptioningSample(RgbImage image, IReadOnlyList<string> captions, IReadOnlyList<int[]> tokens)
{
    public RgbImage Image => image;

    public IReadOnlyList<string> Captions => captions;

    public IReadOnlyList<int[]> Tokens => tokens;
}

/// <summary>How a sample is shown in training. Pixels are made when a batch is.</summary>
internal sealed record CaptioningSampleView(CaptioningSample Sample, ImageView View);

/// <summary>Images with all their captions, on the device: each image passes the encoder once, each caption is a row of its own for the
/// LSTM.</summary>
/// <param name="Samples">The images.</param>
/// <param name="Images_N3HW">Float32, 0 to 1; null if what the encoder says of them is known already.</param>
/// <param name="Captions">Of these images.</param>
internal sealed record CaptioningBatch(IReadOnlyList<CaptioningSample> Samples, Tensor? Images_N3HW, CaptionTokens Captions) : IDisposable
{
    public static CaptioningBatch Of(IReadOnlyList<CaptioningSampleView> views, bool areKnown, int side, SpecialTokens special, Device device) => new(
        [.. views.Select(view => view.Sample)],
        areKnown ? null : Placed.On(device, Pixels(views, side)),
        CaptionTokens.Of(views.Select(view => view.Sample.Tokens), special, device));

    public void Dispose()
    {
        Images_N3HW?.Dispose();
        Captions.Dispose();
    }

    private static Tensor Pixels(IReadOnlyList<CaptioningSampleView> views, int side)
    {
        Tensor images_N3HW = empty([views.Count, 3, side, side]);
        var planes = new PixelPlanes(side, side);
        for (int i = 0; i < views.Count; i++)
        {
            views[i].View.Render(views[i].Sample.Image, planes);
            PixelNormalisation.None.Write(planes, images_N3HW, i);
        }
        return images_N3HW;
    }
}
