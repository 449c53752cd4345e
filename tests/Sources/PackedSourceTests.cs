using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Images;
using MLNetDeepExtensions.Sources;

namespace MLNetDeepExtensions.Tests.Sources;

/// <summary>Sources of many images in one file: IDX and CIFAR.</summary>
[TestClass]
public sealed class PackedSourceTests
{
    private readonly TemporaryDataSet set = new();

    [TestCleanup]
    public void DeleteFiles() => set.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void IdxFilesBecomeGreyImages(bool compressed)
    {
        WriteIdx(compressed);
        IDataView view = LoadIdx();

        Assert.AreEqual(new Microsoft.ML.Transforms.Image.ImageDataViewType(2, 3), view.Schema["Image"].Type);
        Assert.AreEqual(2, view.GetRowCount());
        (RgbImage Image, string Label)[] rows = Read(view);
        CollectionAssert.AreEqual(new[] { "7", "0" }, rows.Select(row => row.Label).ToArray());
        for (int channel = 0; channel < 3; channel++)
        {
            CollectionAssert.AreEqual(new byte[] { 0, 1, 2, 3, 4, 5 }, rows[0].Image.Plane(channel).ToArray());
            CollectionAssert.AreEqual(new byte[] { 250, 251, 252, 253, 254, 255 }, rows[1].Image.Plane(channel).ToArray());
        }
        CollectionAssert.AreEqual(new[] { "seven", "zero" },
            Read(LoadIdx(["zero", "1", "2", "3", "4", "5", "6", "seven"])).Select(row => row.Label).ToArray());
    }

    [TestMethod]
    [DataRow("00000801", "000000", "expected an IDX file of bytes with 3 axes, which begins with 00000803, found 00000801")]
    [DataRow("00000D03", "000000", "expected an IDX file of bytes with 3 axes")]
    [DataRow("0000", "", "it is truncated")]
    [DataRow("0000080300000002", "", "it is truncated")]
    [DataRow("00000803000000020000000200000003", "0001020304", "it is truncated")]
    [DataRow("00000803000000020000000200000003", "00010203040506070809101112", "expected 2 x 2 x 3 bytes as its header says, found more")]
    [DataRow("00000803000000020000000000000003", "", "expected sizes above 0")]
    [DataRow("000008037FFFFFFF7FFFFFFF7FFFFFFF", "00", "expected sizes above 0 of at most")]
    [DataRow("0000080300000002FFFFFFFF00000003", "00", "expected sizes above 0")]
    public void DamagedIdxFilesAreNamed(string header, string content, string reason)
    {
        WriteIdx(compressed: false);
        byte[] bytes = Convert.FromHexString(header + content);
        Damage(bytes);
        Damage(Gzip(bytes));

        void Damage(byte[] file)
        {
            File.WriteAllBytes(set.PathOf("images"), file);
            string message = Assert.ThrowsExactly<InvalidDataException>(() => LoadIdx()).Message;
            Assert.StartsWith($"{set.PathOf("images")}: {reason}", message);
        }
    }

    [TestMethod]
    public void AHeaderThatPromisesMoreThanTheFileCanHoldTakesNoMemory()
    {
        WriteIdx(compressed: false);
        byte[] huge = Convert.FromHexString("00000803" + "00000400" + "00000400" + "000003FF");
        foreach (byte[] file in (byte[][])[huge, Gzip(huge)])
        {
            File.WriteAllBytes(set.PathOf("images"), file);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsExactly<InvalidDataException>(() => LoadIdx());
            Assert.IsLessThan(10_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void IdxFilesThatDoNotFitTogetherAreReported()
    {
        WriteIdx(compressed: false);
        Assert.Contains("labels, label 0: expected a class from 0 to 1, got 7", Assert.ThrowsExactly<InvalidDataException>(() => LoadIdx(["a", "b"])).Message);
        File.WriteAllBytes(set.PathOf("labels"), Convert.FromHexString("00000801" + "00000001" + "07"));
        Assert.Contains("expected 2 labels, one for each image of", Assert.ThrowsExactly<InvalidDataException>(() => LoadIdx()).Message);
        Assert.ThrowsExactly<FileNotFoundException>(() => set.ML.Data.LoadFromIdx(set.PathOf("missing"), set.PathOf("labels")));
    }

    [TestMethod]
    public void RowsCanBeReadInAnyOrderAndAgain()
    {
        byte[] levels = [.. Enumerable.Range(0, 50).Select(i => (byte)i)];
        File.WriteAllBytes(set.PathOf("images"), [.. Convert.FromHexString("00000803" + "00000032" + "00000001" + "00000001"), .. levels]);
        File.WriteAllBytes(set.PathOf("labels"), [.. Convert.FromHexString("00000801" + "00000032"), .. levels]);
        IDataView view = LoadIdx();

        string[] straight = Order(view, null), one = Order(view, new Random(3)), same = Order(view, new Random(3));

        CollectionAssert.AreEqual(levels.Select(level => $"{level}").ToArray(), straight);
        CollectionAssert.AreEqual(one, same);
        CollectionAssert.AreNotEqual(straight, one);
        CollectionAssert.AreEquivalent(straight, one);
    }

    [TestMethod]
    public void Cifar10IsReadWithItsNames()
    {
        byte[] first = Record([1], 10), second = Record([0], 20), test = Record([1], 30);
        File.WriteAllBytes(set.PathOf("data_batch_2.bin"), second);
        File.WriteAllBytes(set.PathOf("data_batch_1.bin"), [.. first, .. first]);
        File.WriteAllBytes(set.PathOf("test_batch.bin"), test);
        Assert.AreEqual("1", Read(set.ML.Data.LoadFromCifar(set.Root, "test")).Single().Label);
        set.Write("batches.meta.txt", "airplane\nautomobile\n\n");

        (RgbImage Image, string Label)[] rows = Read(set.ML.Data.LoadFromCifar(set.Root));
        CollectionAssert.AreEqual(new[] { "automobile", "automobile", "airplane" }, rows.Select(row => row.Label).ToArray());
        Assert.AreEqual(((byte)20, (byte)21, (byte)22), rows[2].Image[31, 31]);
        Assert.AreEqual((32, 32), (rows[0].Image.Width, rows[0].Image.Height));
        Assert.Contains("CIFAR-10 has no coarse labels", Assert.ThrowsExactly<ArgumentException>(() => set.ML.Data.LoadFromCifar(set.Root, labels: CifarLabels.Coarse)).Message);
    }

    [TestMethod]
    public void Cifar100HasFineAndCoarseLabels()
    {
        File.WriteAllBytes(set.PathOf("train.bin"), Record([4, 71], 10));
        Assert.AreEqual("71", Read(set.ML.Data.LoadFromCifar(set.Root)).Single().Label);
        Assert.AreEqual("4", Read(set.ML.Data.LoadFromCifar(set.Root, labels: CifarLabels.Coarse)).Single().Label);
        Assert.AreEqual(((byte)10, (byte)11, (byte)12), Read(set.ML.Data.LoadFromCifar(set.Root)).Single().Image[0, 0]);
        set.Write("coarse_label_names.txt", "a\nb\nc\nd\ne");
        Assert.AreEqual("e", Read(set.ML.Data.LoadFromCifar(set.Root, labels: CifarLabels.Coarse)).Single().Label);
    }

    [TestMethod]
    public void DamagedCifarIsNamed()
    {
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => set.ML.Data.LoadFromCifar(set.Root));
        Assert.ThrowsExactly<ArgumentException>(() => set.ML.Data.LoadFromCifar(set.Root, "validation"));
        File.WriteAllBytes(set.PathOf("data_batch_1.bin"), Record([10], 1));
        Assert.Contains("record 0: expected a class from 0 to 9, got 10", Assert.ThrowsExactly<InvalidDataException>(() => set.ML.Data.LoadFromCifar(set.Root)).Message);
        File.WriteAllBytes(set.PathOf("data_batch_1.bin"), new byte[3072]);
        Assert.Contains("expected records of 3073 bytes, found 3072 bytes", Assert.ThrowsExactly<InvalidDataException>(() => set.ML.Data.LoadFromCifar(set.Root)).Message);
    }

    private void WriteIdx(bool compressed)
    {
        byte[] images = Convert.FromHexString("00000803" + "00000002" + "00000002" + "00000003" + "000102030405" + "FAFBFCFDFEFF");
        byte[] labels = Convert.FromHexString("00000801" + "00000002" + "0700");
        File.WriteAllBytes(set.PathOf("images"), compressed ? Gzip(images) : images);
        File.WriteAllBytes(set.PathOf("labels"), compressed ? Gzip(labels) : labels);
    }

    private IDataView LoadIdx(string[]? names = null) => set.ML.Data.LoadFromIdx(set.PathOf("images"), set.PathOf("labels"), names);

    private static (RgbImage Image, string Label)[] Read(IDataView view) =>
        [.. view.GetColumn<MLImage>("Image").Select(image => image.ToRgbImage()).Zip(view.GetColumn<string>("Label"))];

    private static string[] Order(IDataView view, Random? random)
    {
        var order = new List<string>();
        DataViewSchema.Column label = view.Schema["Label"];
        using DataViewRowCursor cursor = view.GetRowCursor([label], random);
        ValueGetter<ReadOnlyMemory<char>> read = cursor.GetGetter<ReadOnlyMemory<char>>(label);
        ValueGetter<DataViewRowId> readId = cursor.GetIdGetter();
        while (cursor.MoveNext())
        {
            ReadOnlyMemory<char> text = default;
            DataViewRowId id = default;
            read(ref text);
            readId(ref id);
            Assert.AreEqual(text.ToString(), $"{id.Low}", "A row has the same id in every order.");
            order.Add(text.ToString());
        }
        return [.. order];
    }

    /// <summary>Labels, and a picture whose planes have one level each, the second and third one more than the one before.</summary>
    private static byte[] Record(byte[] labels, byte level) =>
        [.. labels, .. Enumerable.Range(0, 3 * 1024).Select(i => (byte)(level + i / 1024))];

    private static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionMode.Compress))
            zip.Write(bytes);
        return target.ToArray();
    }
}
