using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>Names of the columns that a translator of images adds; a row without an image gets none.</summary>
/// <param name="Translated">The image in the style of the other domain.</param>
/// <param name="Reconstructed">That one translated back.</param>
/// <param name="CycleError">How far it is from the original.</param>
internal sealed record ImageTranslationColumns(
    string Translated = "TranslatedImage", string Reconstructed = "ReconstructedImage", string CycleError = "CycleError")
{
    /// <summary>What is promised before anything runs.</summary>
    /// <param name="bothDirections">Whether the model knows the way back.</param>
    public IEnumerable<SchemaShape.Column> Promise(bool bothDirections) => bothDirections
        ? [ImageResult.Promise(Translated), ImageResult.Promise(Reconstructed), ColumnShapes.Scalar(CycleError, NumberDataViewType.Single)]
        : [ImageResult.Promise(Translated)];

    /// <inheritdoc cref="Promise"/>
    public IReadOnlyList<ResultColumn<TranslatedImage?>> Deliver(bool bothDirections) => bothDirections
        ?
        [
            ImageResult.Deliver<TranslatedImage?>(Translated, result => result?.Image),
            ImageResult.Deliver<TranslatedImage?>(Reconstructed, result => result?.Reconstructed),
            new ResultColumn<TranslatedImage?, float>(
                CycleError, NumberDataViewType.Single, null, (TranslatedImage? result, ref float error) => error = result?.CycleError ?? float.NaN),
        ]
        : [ImageResult.Deliver<TranslatedImage?>(Translated, result => result?.Image)];
}
