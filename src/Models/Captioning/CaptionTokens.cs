using MLNetDeepExtensions.Backend;
using MLNetDeepExtensions.Text;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Captioning;

/// <summary>Captions of a batch of images, a row for each pair of image and caption: N words make N + 1 inputs with the start token, whose
/// targets are the N words and the end token.</summary>
/// <param name="Words_PT">Int64: the start token, then the words; what stands beyond a caption's end plays no part.</param>
/// <param name="Targets_PT">Int64: the words, then the end token, then <see cref="NoTarget"/>.</param>
/// <param name="Images_P">Int64: which image of the batch each caption belongs to.</param>
internal sealed record CaptionTokens(Tensor Words_PT, Tensor Targets_PT, Tensor Images_P) : IDisposable
{
    /// <summary>Stands where nothing is to be predicted.</summary>
    public const long NoTarget = -100;

    /// <param name="captions">For each image the tokens of its captions, each with its end token.</param>
    /// <param name="special">Of the vocabulary.</param>
    /// <param name="device">Where the tensors are.</param>
    public static CaptionTokens Of(IEnumerable<IReadOnlyList<int[]>> captions, SpecialTokens special, Device device)
    {
        (int Image, int[] Tokens)[] pairs = [.. captions.SelectMany((ofImage, image) => ofImage.Select(tokens => (image, tokens)))];
        int length = pairs.Max(pair => pair.Tokens.Length);
        var words = new long[pairs.Length * length];
        var targets = new long[pairs.Length * length];
        Array.Fill(words, special.End);
        Array.Fill(targets, NoTarget);
        for (int row = 0; row < pairs.Length; row++)
        {
            int[] tokens = pairs[row].Tokens;
            words[row * length] = special.Start;
            for (int i = 0; i < tokens.Length; i++)
            {
                targets[row * length + i] = tokens[i];
                if (i + 1 < tokens.Length)
                    words[row * length + i + 1] = tokens[i];
            }
        }
        Tensor OnDevice(long[] values, params long[] shape) => Placed.On(device, tensor(values, shape));
        return new CaptionTokens(OnDevice(words, pairs.Length, length), OnDevice(targets, pairs.Length, length),
            OnDevice([.. pairs.Select(pair => (long)pair.Image)], pairs.Length));
    }

    public void Dispose()
    {
        Words_PT.Dispose();
        Targets_PT.Dispose();
        Images_P.Dispose();
    }
}
