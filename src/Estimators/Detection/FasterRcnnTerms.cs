using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Detection;

/// <summary>Names of Faster R-CNN's four losses (section 3.2) in progress and history.</summary>
internal static class FasterRcnnTerms
{
    public static LossTensor[] OfProposals(RegionLossTerms terms) =>
        [new LossTensor("objectness", terms.Classification), new LossTensor("rpn_box", terms.Boxes)];

    public static LossTensor[] OfRegions(RegionLossTerms terms) =>
        [new LossTensor("classification", terms.Classification), new LossTensor("box", terms.Boxes)];
}
