using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Bridge;

namespace MLNetDeepExtensions.Detection;

/// <summary>Columns that hold so many numbers for each thing found in an image.</summary>
internal static class VectorColumn
{
    public delegate void ItemWriter<in TFound, TItem>(TFound found, Span<TItem> destination);

    /// <summary>A column whose vectors are as long as there are things found, times <paramref name="itemsEach"/>.</summary>
    public static ResultColumn<IReadOnlyList<TFound>> Of<TFound, TItem>(
        string name, PrimitiveDataViewType itemType, DataViewSchema.Annotations? annotations, int itemsEach, ItemWriter<TFound, TItem> write) =>
        new ResultColumn<IReadOnlyList<TFound>, VBuffer<TItem>>(
            name, new VectorDataViewType(itemType), annotations, (IReadOnlyList<TFound> found, ref VBuffer<TItem> value) =>
            {
                VBufferEditor<TItem> editor = VBufferEditor.Create(ref value, found.Count * itemsEach);
                for (int i = 0; i < found.Count; i++)
                    write(found[i], editor.Values.Slice(i * itemsEach, itemsEach));
                value = editor.Commit();
            });

    /// <summary>The four corners of a box.</summary>
    public static void Write(Box box, Span<float> corners) => (corners[0], corners[1], corners[2], corners[3]) = (box.X0, box.Y0, box.X1, box.Y1);
}
