using static TorchSharp.torch;

namespace MLNetDeepExtensions.Detection;

/// <summary>The terms of YOLO's loss, scalars whose sum is minimised; sums over the cells, means over the images.</summary>
/// <param name="Coordinates">Centre and roots of the size of responsible boxes, weighted.</param>
/// <param name="Object">Confidence of responsible boxes.</param>
/// <param name="NoObject">Confidence of all other boxes, weighted.</param>
/// <param name="Class">Class probabilities of cells with an object.</param>
public readonly record struct YoloLossTerms(Tensor Coordinates, Tensor Object, Tensor NoObject, Tensor Class);

/// <summary>YOLO's training objective, a sum of squares (section 2.2, equation 3).</summary>
/// <remarks>
/// The cell that holds an object's centre is to predict it: with the box that overlaps it most or, if none overlaps, the box that is
/// nearest to it (root of the squared differences in centre and size). That box's confidence shall be its overlap (section 2: Pr(Object)
/// times IoU), through which no gradient flows. A cell learns one object, the first of those whose centres it holds. The rules that
/// the paper leaves open are the authors' program's.
/// </remarks>
/// <param name="network">The network that is trained.</param>
public sealed class YoloLoss(YoloNetworkOptions network)
{
    private const int BoxNumbers = 5;

    /// <summary>lambda_coord.</summary>
    public double CoordinateWeight { get; init; } = 5;

    /// <summary>lambda_noobj.</summary>
    public double NoObjectWeight { get; init; } = 0.5;

    /// <summary>The terms for a batch.</summary>
    /// <param name="cells_NSSD">What the network says.</param>
    /// <param name="targets">What is true, in pixels of the network's input.</param>
    public YoloLossTerms Of(Tensor cells_NSSD, DetectionTargets targets)
    {
        using var scope = NewDisposeScope();
        var (cell_NM, offset_NM2, size_NM2, learnt_NM) = Assign(targets);
        var cells_NKD = cells_NSSD.flatten(1, 2);
        var own_NMD = cells_NKD.gather(1, cell_NM.unsqueeze(-1).expand(-1, -1, network.CellOutputs));
        var own_NMB5 = own_NMD.narrow(2, 0, BoxNumbers * network.Boxes).unflatten(2, [network.Boxes, BoxNumbers]);
        var (box_NM, overlap_NM) = Responsible(own_NMB5, cell_NM, offset_NM2, size_NM2);

        var chosen_NM5 = own_NMB5.gather(2, box_NM.unsqueeze(-1).unsqueeze(-1).expand(-1, -1, 1, BoxNumbers)).squeeze(2);
        var wanted_NM5 = cat([offset_NM2, size_NM2.sqrt(), overlap_NM.unsqueeze(-1)], -1);
        var error_NM5 = (chosen_NM5 - wanted_NM5).square() * learnt_NM.unsqueeze(-1);
        var kind_NMC = nn.functional.one_hot(targets.Classes_NM.clamp(min: 0), network.Classes);
        var classes_NMC = own_NMD.narrow(2, BoxNumbers * network.Boxes, network.Classes);
        double images = cells_NSSD.shape[0];
        var coordinates = error_NM5.narrow(2, 0, 4).sum() * (CoordinateWeight / images);
        var confidence = error_NM5.narrow(2, 4, 1).sum() / images;
        var background = NoObject(cells_NKD, cell_NM, box_NM, learnt_NM) * (NoObjectWeight / images);
        var classes = ((classes_NMC - kind_NMC).square() * learnt_NM.unsqueeze(-1)).sum() / images;
        scope.MoveToOuter(coordinates, confidence, background, classes);
        return new(coordinates, confidence, background, classes);
    }

    /// <summary>The box of its cell that each object is learnt by, and its overlap with the object.</summary>
    internal (Tensor Box_NM, Tensor Overlap_NM) Responsible(Tensor own_NMB5, Tensor cell_NM, Tensor offset_NM2, Tensor size_NM2)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var corner_NM2 = YoloGrid.Corners(cell_NM, network.GridSize);
        var truth_NM14 = cat([(corner_NM2 + offset_NM2) / network.GridSize, size_NM2], -1).unsqueeze(2);
        var predicted_NMB4 = YoloGrid.Boxes(own_NMB5, corner_NM2.unsqueeze(2), network.GridSize);
        var overlap_NMB = Boxes.IntersectionOverUnion(
            Boxes.CornersFromCentres(truth_NM14), Boxes.CornersFromCentres(predicted_NMB4)).squeeze(2);
        var distance_NMB = (predicted_NMB4 - truth_NM14).square().sum(-1);
        var anyOverlaps_NM1 = (overlap_NMB > 0).any(-1, keepdim: true);
        var box_NM = where(anyOverlaps_NM1, overlap_NMB, -distance_NMB).argmax(-1);
        var best_NM = overlap_NMB.gather(2, box_NM.unsqueeze(-1)).squeeze(-1);
        return scope.MoveToOuter(box_NM, best_NM);
    }

    /// <summary>The cell of each object's centre, the centre's place in it (0 to 1), the object's size (parts of the image), and whether
    /// it is learnt at all.</summary>
    private (Tensor Cell_NM, Tensor Offset_NM2, Tensor Size_NM2, Tensor Learnt_NM) Assign(DetectionTargets targets)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var centre_NM4 = Boxes.CentresFromCorners(targets.Boxes_NM4) / network.ImageSize;
        var place_NM2 = centre_NM4.narrow(2, 0, 2) * network.GridSize;
        var column_NM2 = place_NM2.floor().clamp_(0, network.GridSize - 1);
        var cell_NM = (column_NM2.select(2, 1) * network.GridSize + column_NM2.select(2, 0)).to(ScalarType.Int64);
        var exists_NM = targets.Classes_NM >= 0;
        // Whether an object before it in the list has the same cell.
        var shares_NMM = (cell_NM.unsqueeze(2) == cell_NM.unsqueeze(1)).logical_and(exists_NM.unsqueeze(1)).tril(-1);
        var learnt_NM = exists_NM.logical_and(shares_NMM.any(-1).logical_not());
        var (offset_NM2, size_NM2) = (place_NM2 - column_NM2, centre_NM4.narrow(2, 2, 2).clone());
        scope.MoveToOuter(cell_NM, offset_NM2, size_NM2, learnt_NM);
        return (cell_NM, offset_NM2, size_NM2, learnt_NM);
    }

    /// <summary>Sum of the squared confidence of all boxes that are responsible for nothing.</summary>
    private Tensor NoObject(Tensor cells_NKD, Tensor cell_NM, Tensor box_NM, Tensor learnt_NM)
    {
        using var scope = NewDisposeScope();
        long count = cells_NKD.shape[1] * network.Boxes;
        // One place more than there are boxes takes the objects that are not learnt.
        var place_NM = where(learnt_NM, cell_NM * network.Boxes + box_NM, full_like(cell_NM, count));
        var responsible_NP = zeros([cells_NKD.shape[0], count + 1], device: cells_NKD.device).scatter_(1, place_NM, ones(place_NM.shape, device: place_NM.device));
        var confidence_NP = cells_NKD.narrow(2, 0, BoxNumbers * network.Boxes).unflatten(2, [network.Boxes, BoxNumbers])
            .select(3, 4).flatten(1);
        return (confidence_NP.square() * (1 - responsible_NP.narrow(1, 0, count))).sum().MoveToOuterDisposeScope();
    }
}
