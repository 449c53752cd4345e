using MLNetDeepExtensions.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.Tests;

[TestClass]
public sealed class TokenEmbeddingTests
{
    private readonly DisposeScope scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => scope.Dispose();

    [TestMethod]
    public void ItOutlivesTheScopeItWasMadeIn()
    {
        TokenEmbedding made;
        using (NewDisposeScope())
            made = new TokenEmbedding(5, 3, weight => weight.fill_(2), padding: 0);
        using (made)
        {
            var vectors = made.call(tensor(new long[,] { { 1, 0 }, { 4, 1 } }));
            CollectionAssert.AreEqual(new long[] { 2, 2, 3 }, vectors.shape);
            CollectionAssert.AreEqual(new float[] { 2, 2, 2, 0, 0, 0, 2, 2, 2, 2, 2, 2 }, vectors.Values());
        }
    }

    [TestMethod]
    public void ATokenGetsTheGradientOfAllItsPlacesAndPaddingGetsNone()
    {
        using var embedding = new TokenEmbedding(4, 2, padding: 3);
        embedding.call(tensor(new long[,] { { 1, 3, 1 }, { 0, 3, 3 } })).sum().backward();
        var gradient = embedding.get_parameter("weight")!.grad!;
        CollectionAssert.AreEqual(new float[] { 1, 1, 2, 2, 0, 0, 0, 0 }, gradient.Values());
    }

    [TestMethod]
    public void OneMatrixServesAtBothEndsAndIsSavedOnce()
    {
        using var embedding = new TokenEmbedding(6, 4);
        Assert.AreEqual("weight", embedding.state_dict().Keys.Single());
        var vectors = embedding.call(arange(6, int64));
        var scores = embedding.Scores(vectors);
        TensorGolden.AreClose(vectors.matmul(vectors.t()).Values(), scores.Values(), 1e-5);
        (scores.sum() + vectors.sum()).backward();
        var once = embedding.get_parameter("weight")!;
        var expected = once.detach().sum(0, keepdim: true) * 2 + 1;
        TensorGolden.AreClose(expected.expand_as(once).contiguous().Values(), once.grad!.Values(), 1e-4);
    }

    [TestMethod]
    public void AnUnknownPaddingTokenIsRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TokenEmbedding(4, 2, padding: 4));
}
