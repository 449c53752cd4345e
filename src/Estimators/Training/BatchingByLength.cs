using System.Runtime.InteropServices;
using MLNetDeepExtensions.Images;

namespace MLNetDeepExtensions.Training;

/// <summary>Batches of so many rows of about the same length (Bahdanau et al., arXiv 1409.0473, appendix B.2): the window, which is in random
/// order, is cut into pieces of so many batches, each piece is sorted by length and cut, and all batches are shuffled.</summary>
/// <param name="batchSize">Rows of a batch.</param>
/// <param name="sortedBatches">Batches of a piece: more have less padding, fewer have neighbours that change more from epoch to epoch.</param>
/// <param name="length">Of a sample.</param>
internal sealed class BatchingByLength<TSample>(int batchSize, int sortedBatches, Func<TSample, int> length) : IBatching<TSample>
{
    public IReadOnlyList<IReadOnlyList<NumberedSample<TSample>>> Cut(IReadOnlyList<NumberedSample<TSample>> window, SampleRandom random)
    {
        List<IReadOnlyList<NumberedSample<TSample>>> batches = [.. window.Chunk(batchSize * sortedBatches)
            .SelectMany(piece => piece.OrderBy(sample => length(sample.Sample)).Chunk(batchSize))];
        random.Shuffle(CollectionsMarshal.AsSpan(batches));
        return batches;
    }
}
