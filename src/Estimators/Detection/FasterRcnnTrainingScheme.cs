namespace MLNetDeepExtensions.Detection;

/// <summary>How region proposal network and detector come to share their features (section 3.2).</summary>
public enum FasterRcnnTrainingScheme
{
    /// <summary>All four losses at once; proposals are constants for the detector. Half the time, nearly the same results.</summary>
    ApproximateJoint,

    /// <summary>
    /// The paper's four steps, each over all epochs and the whole schedule: the proposal network alone; the detector alone, on those proposals,
    /// with convolutions of its own; the proposal network on the detector's convolutions, which stay as they are; the detector's own layers.
    /// </summary>
    FourStepAlternating,
}
