using Microsoft.ML.Data;
using MLNetDeepExtensions.Tests.Classification;
using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>Rows and results of all generators of images.</summary>
internal static class GeneratorRows
{
    public const int ClassCount = 3;

    internal sealed class Request : ConformanceRow
    {
        [AnySizeImage]
        public MLImage Image { get; set; } = null!;

        [KeyType(ClassCount)]
        public uint Label { get; set; }

        public string LabelText { get; set; } = "";

        public long Seed { get; set; }
    }

    internal sealed class Generated
    {
        [AnySizeImage]
        public MLImage GeneratedImage { get; set; } = null!;
    }
}

/// <summary>A case of a generator: it learns from images, and makes one of a seed.</summary>
/// <typeparam name="TOptions">What the trainer is told.</typeparam>
internal abstract class GeneratorCase<TOptions> : TrainingCase<GeneratorRows.Request, GeneratorRows.Generated, TOptions>
    where TOptions : TrainingOptions
{
    protected static InputColumn Image => new("Image", "Picture") { IsTarget = true };

    protected static InputColumn Seed => new("Seed", "Number") { IsForPrediction = true };

    public override IReadOnlyList<InputColumn> Inputs => [Image, Seed];

    public override bool AcceptsMissingInputs => true;

    public override bool KeepsPreparedCopy => true;

    protected sealed override void Fill(GeneratorRows.Request row, int number)
    {
        Bars.Picture picture = Bars.Generate(number + 1, seed: 5)[number];
        (row.Image, row.LabelText, row.Label) = (picture.Image, picture.Label, (uint)Array.IndexOf(Bars.Names, picture.Label));
        row.Seed = 1000 + number;
    }

    protected sealed override void Spoil(GeneratorRows.Request row) => row.Image = null!;
}
