using MLNetDeepExtensions.Images;
using static TorchSharp.torch;

namespace MLNetDeepExtensions.ImageTranslation;

/// <summary>
/// Earlier images of a generator, so that its discriminator does not forget them (Shrivastava et al., arXiv 1612.07828; CycleGAN section 4: 50 images). Until
/// it is full it keeps every image; later it gives, for every other image on average, one that it has kept, and keeps the new one in its place.
/// </summary>
/// <param name="capacity">Images kept, 0 for none: then every image is given back at once.</param>
/// <param name="seed">Of its choices, which are a function of the seed and of how many images it has seen.</param>
public sealed class ImagePool(int capacity, long seed) : IDisposable
{
    private readonly List<Tensor> images_3HW = [];

    /// <summary>Images it was asked about so far.</summary>
    public long Seen { get; private set; }

    /// <summary>The images kept, each [3, height, width]; owned by the pool.</summary>
    public IReadOnlyList<Tensor> Images => images_3HW;

    /// <summary>For each image that one or an earlier one, without gradients.</summary>
    /// <param name="fakes_N3HW">Fresh images of the generator.</param>
    public Tensor Exchange(Tensor fakes_N3HW)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor[] chosen = [.. Enumerable.Range(0, (int)fakes_N3HW.shape[0]).Select(i => Exchange(fakes_N3HW, i))];
        return stack(chosen).MoveToOuterDisposeScope();
    }

    /// <summary>Continues where another pool of the same seed stood.</summary>
    /// <param name="seen">Its <see cref="Seen"/>.</param>
    /// <param name="images">Its <see cref="Images"/>, which are copied.</param>
    /// <param name="device">Where the copies are kept.</param>
    public void Restore(long seen, IEnumerable<Tensor> images, Device device)
    {
        Clear();
        Seen = seen;
        images_3HW.AddRange(images.Select(image => image.to(device, copy: true).DetachFromDisposeScope()));
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private Tensor Exchange(Tensor fakes_N3HW, int index)
    {
        Tensor fresh = fakes_N3HW[index].detach();
        if (capacity == 0)
            return fresh;
        var random = new SampleRandom(seed, Seen++, row: 0);
        if (images_3HW.Count < capacity)
        {
            images_3HW.Add(fresh.clone().DetachFromDisposeScope());
            return fresh;
        }
        return random.Chance(0.5) ? Replace(random.Below(capacity), fresh) : fresh;
    }

    private Tensor Replace(int place, Tensor fresh)
    {
        Tensor earlier = images_3HW[place].clone();
        images_3HW[place].copy_(fresh);
        return earlier;
    }

    private void Clear()
    {
        images_3HW.ForEach(image => image.Dispose());
        images_3HW.Clear();
    }
}
