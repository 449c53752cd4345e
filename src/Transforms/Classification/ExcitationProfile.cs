namespace MLNetDeepExtensions.Classification;

/// <summary>Mean excitations of a Squeeze-and-Excitation network (Hu et al., arXiv 1709.01507, section 7.2): 0 shuts a channel, 1 leaves it as it is.</summary>
/// <param name="Classes">Names of the classes that the data has; those of a key column in the order of the keys, others as they turn up.</param>
/// <param name="ImageCounts">Images of each class.</param>
/// <param name="Blocks">The blocks from the input to the output.</param>
public sealed record ExcitationProfile(
    IReadOnlyList<string> Classes, IReadOnlyList<int> ImageCounts, IReadOnlyList<BlockExcitation> Blocks);

/// <summary>Mean excitations of one block.</summary>
/// <param name="Name">As the paper calls it: <c>SE_{stage}_{block}</c>.</param>
/// <param name="ClassMeans">For each class of the profile, the mean of each channel over the images of the class.</param>
/// <param name="Mean">The mean of each channel over all images.</param>
public sealed record BlockExcitation(string Name, IReadOnlyList<float[]> ClassMeans, float[] Mean);
