using MLNetDeepExtensions.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// One update of both generators, then one of both discriminators on the images that the generators drew before theirs, mixed with earlier ones of a pool for
/// each direction (Zhu et al., section 4, and the authors' code).
/// </summary>
internal sealed class CycleGanStep : AdversarialStep<UnpairedBatch>
{
    private const string Generators = "generators", Discriminators = "discriminators";
    private readonly CycleGanTranslator.Options options;
    private readonly CycleGanNetwork generators;
    private readonly CycleGanDiscriminators discriminators;
    private readonly ImagePool poolX, poolY;
    private readonly Device device;

    /// <param name="options">Weights of the terms, rates, size of the pools.</param>
    /// <param name="generators">Both directions; not owned.</param>
    /// <param name="discriminators">Not owned.</param>
    /// <param name="generatorsCopy">Computes in the generators' place, if given. Owned.</param>
    /// <param name="discriminatorsCopy">Computes in the discriminators' place, if given. Owned.</param>
    /// <param name="device">Where the networks are.</param>
    /// <param name="seed">Of the pools' choices.</param>
    public CycleGanStep(CycleGanTranslator.Options options, CycleGanNetwork generators, CycleGanDiscriminators discriminators,
        BFloat16Copy<CycleGanNetwork>? generatorsCopy, BFloat16Copy<CycleGanDiscriminators>? discriminatorsCopy, Device device, long seed)
        : base(
            new Dictionary<string, Module> { [Generators] = generators, [Discriminators] = discriminators }, [Generators],
            options.CreateOptimisers(generators.parameters(), discriminators.parameters()),
            [.. new IBFloat16Copy?[] { generatorsCopy, discriminatorsCopy }.OfType<IBFloat16Copy>()])
    {
        (this.options, this.device) = (options, device);
        this.generators = generatorsCopy?.Network ?? generators;
        this.discriminators = discriminatorsCopy?.Network ?? discriminators;
        (poolX, poolY) = (new ImagePool(options.PoolSize, seed), new ImagePool(options.PoolSize, ~seed));
    }

    private protected override LossTerms Play(IReadOnlyList<UnpairedBatch> microBatches, Rates rates)
    {
        var fakes = new Dictionary<UnpairedBatch, (Tensor X, Tensor Y)>(ReferenceEqualityComparer.Instance);
        LossTerms generated = Update(AdversarialTrainingOptions.Generator, microBatches, batch => GeneratorTerms(batch, fakes), rates);
        LossTerms judged = Update(AdversarialTrainingOptions.Discriminator, microBatches, batch => DiscriminatorTerms(batch, fakes[batch]), rates);
        return new LossTerms([.. generated.Terms, .. judged.Terms]);
    }

    public override void Save(StateWriter writer)
    {
        Save(poolX, writer.Section("poolX"));
        Save(poolY, writer.Section("poolY"));
    }

    public override void Load(StateReader reader)
    {
        Load(poolX, reader.Section("poolX"));
        Load(poolY, reader.Section("poolY"));
    }

    public override void Dispose()
    {
        base.Dispose();
        poolX.Dispose();
        poolY.Dispose();
    }

    private IReadOnlyList<LossTensor> GeneratorTerms(UnpairedBatch batch, Dictionary<UnpairedBatch, (Tensor X, Tensor Y)> fakes)
    {
        double cycle = options.CycleWeight, identity = cycle * options.IdentityWeight;
        CycleGanGeneratorLoss loss = CycleGanLoss.OfGenerators(generators, discriminators, batch.X_N3HW, batch.Y_N3HW, withIdentity: identity > 0);
        fakes[batch] = (loss.FakeX_N3HW.detach().MoveToOuterDisposeScope(), loss.FakeY_N3HW.detach().MoveToOuterDisposeScope());
        LossTensor[] terms =
        [
            new("adversarialG", loss.AdversarialG), new("adversarialF", loss.AdversarialF),
            new("cycleX", loss.CycleX, cycle), new("cycleY", loss.CycleY, cycle),
        ];
        return loss is { IdentityX: { } identityX, IdentityY: { } identityY }
            ? [.. terms, new("identityX", identityX, identity), new("identityY", identityY, identity)]
            : terms;
    }

    private IReadOnlyList<LossTensor> DiscriminatorTerms(UnpairedBatch batch, (Tensor X, Tensor Y) fakes) =>
    [
        new("discriminatorX", Discerning(discriminators.X, batch.X_N3HW, poolX.Exchange(fakes.X))),
        new("discriminatorY", Discerning(discriminators.Y, batch.Y_N3HW, poolY.Exchange(fakes.Y))),
    ];

    /// <summary>In one pass, which is the same as two: instances are normalised one by one.</summary>
    private static Tensor Discerning(PatchDiscriminator judge, Tensor real_N3HW, Tensor fake_N3HW)
    {
        Tensor[] judged = judge.call(cat([real_N3HW, fake_N3HW])).chunk(2);
        return CycleGanLoss.Discerning(judged[0], judged[1]);
    }

    private static void Save(ImagePool pool, StateWriter writer)
    {
        writer.Write("seen", pool.Seen);
        foreach ((int place, Tensor image) in pool.Images.Index())
            writer.Write($"{place}", image);
    }

    private void Load(ImagePool pool, StateReader reader) =>
        pool.Restore(reader.ReadCount("seen"), Enumerable.Range(0, reader.TensorNames.Count()).Select(place => reader.Read($"{place}")), device);
}
