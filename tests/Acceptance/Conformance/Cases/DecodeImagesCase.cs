using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Tests.Images;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;

internal sealed class DecodeImagesCase : ConformanceCase<DecodeImagesCase.Source, DecodeImagesCase.Decoded>
{
    internal sealed class Source : ConformanceRow
    {
        public byte[] File { get; set; } = [];
    }

    internal sealed class Decoded
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;
    }

    public override Type EstimatorType => typeof(ImageDecodingEstimator);

    public override IReadOnlyList<InputColumn> Inputs => [new("File", "Text")];

    public override bool AcceptsMissingInputs => true;

    public override IEstimator<ITransformer> Create(MLContext ml, Func<string, string> name) =>
        ml.Transforms.DecodeImages(name("Image"), name("File"), new DecodeImagesOptions { OnBadImage = OnBadImage.Empty });

    protected override void Fill(Source row, int number) => row.File = ImageFiles.Png(Pictures.Noise(9, 5 + number % 3, seed: number));
}
