using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;
using MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;
using MLNetDeepExtensions.Tests.Detection;
using MLNetDeepExtensions.Torch;

namespace MLNetDeepExtensions.Tests.Acceptance.Pipelines;

/// <summary>Key values of every type survive training and the zip; keys that say nothing are refused.</summary>
[TestClass]
public sealed class KeyLabelTests
{
    private sealed class Row<T>
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [1, 2, 3, 4];

        public T Label { get; set; } = default!;
    }

    [TestMethod]
    public void TextStays() => AssertStays<ReadOnlyMemory<char>>("Ärger".AsMemory(), "two\nlines \"quoted\"".AsMemory(), " ".AsMemory());

    [TestMethod]
    public void WholeNumbersStay()
    {
        AssertStays<sbyte>(-128, 5, 127);
        AssertStays<byte>(0, 5, 255);
        AssertStays<short>(short.MinValue, 5, short.MaxValue);
        AssertStays<ushort>(0, 5, ushort.MaxValue);
        AssertStays(int.MinValue, 5, int.MaxValue);
        AssertStays(0u, 5u, uint.MaxValue);
        AssertStays(long.MinValue, 5L, long.MaxValue);
        AssertStays(0ul, 5ul, ulong.MaxValue);
    }

    [TestMethod]
    public void RealNumbersStay()
    {
        AssertStays(0.1f, -1e-38f, float.PositiveInfinity);
        AssertStays(0.1, -1e-300, double.MaxValue);
    }

    [TestMethod]
    public void TruthValuesStay() => AssertStays(true, false);

    [TestMethod]
    public void TimesStay()
    {
        AssertStays(new DateTime(2020, 2, 29, 12, 30, 1, 2), DateTime.UnixEpoch, DateTime.MinValue);
        AssertStays(new DateTimeOffset(2020, 2, 29, 12, 30, 1, TimeSpan.FromHours(5.5)), DateTimeOffset.UnixEpoch);
        AssertStays(TimeSpan.FromTicks(1), TimeSpan.FromDays(-400), TimeSpan.Zero);
    }

    [TestMethod]
    public void TheCultureOfTheThreadDoesNotMatter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            RealNumbersStay();
            TimesStay();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void AMissingLabelNamesItsRow()
    {
        MLContext ml = ConformanceCase.NewContext();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ml.Torch.Trainers.Module(new SmallNetwork(), maxEpochs: 1).Fit(WithUnknownLabel(ml)));
        Assert.AreEqual("Row 2 of the training data cannot be used: Column 'Label' has a missing value (key 0).", exception.Message);
    }

    [TestMethod]
    public void AMissingLabelCanBeSkippedAndIsCounted()
    {
        MLContext ml = ConformanceCase.NewContext();
        using ModuleTransformer model = ml.Torch.Trainers.Module(
            new SmallNetwork(), new ModuleTrainer.Options { MaxEpochs = 2, BadRows = BadRows.Skip }).Fit(WithUnknownLabel(ml));
        Assert.AreEqual(1, model.History.SkippedRows);
    }

    [TestMethod]
    public void AMissingLabelOfAnObjectNamesRowAndObject()
    {
        var ml = new MLContext(seed: 1);
        List<DetectionScenes.Scene> scenes = DetectionScenes.Generate(3, seed: 1);
        scenes[1].Label[0] = "unheard of";
        IDataView known = ml.Data.LoadFromEnumerable(new[] { "red", "green", "blue" }.Select(name => new Row<string> { Label = name }));
        IDataView data = ml.Data.LoadFromEnumerable(scenes);
        data = ml.Transforms.Conversion.MapValueToKey("Label", keyData: ml.Transforms.SelectColumns("Label").Fit(known).Transform(known)).Fit(data).Transform(data);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ml.ObjectDetection.Trainers.SSD(SSDTrainerTests.Small(epochs: 1)).Fit(data));
        Assert.AreEqual("Row 1 of the training data cannot be used: Object 0 has a missing label (key 0).", exception.Message);
    }

    [TestMethod]
    public void MoreKeysThanANetworkCanHaveAreRefusedBeforeTraining()
    {
        MLContext ml = ConformanceCase.NewContext();
        IDataView data = ml.Data.LoadFromEnumerable([new EndlessRow()]);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => ml.Torch.Trainers.Module(new SmallNetwork(), maxEpochs: 1).Fit(data));
        Assert.AreEqual("Column 'Label': expected a key type of at most 2147483647 keys, got 4294967295.", exception.Message);
    }

    private sealed class EndlessRow
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [1, 2, 3, 4];

        [KeyType(uint.MaxValue)]
        public uint Label { get; set; }
    }

    private static IDataView WithUnknownLabel(MLContext ml)
    {
        IDataView known = ml.Data.LoadFromEnumerable(new[] { "a", "b" }.Select(name => new Row<string> { Label = name }));
        IDataView data = ml.Data.LoadFromEnumerable(new[] { "a", "b", "c", "a" }.Select(name => new Row<string> { Label = name }));
        return ml.Transforms.Conversion.MapValueToKey("Label", keyData: ml.Transforms.SelectColumns("Label").Fit(known).Transform(known)).Fit(data).Transform(data);
    }

    private static void AssertStays<T>(params T[] labels)
    {
        MLContext ml = ConformanceCase.NewContext();
        IDataView data = ml.Data.LoadFromEnumerable(labels.Concat(labels).Select(label => new Row<T> { Label = label }));
        data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        using ModuleTransformer model = ml.Torch.Trainers.Module(new SmallNetwork(), maxEpochs: 1).Fit(data);
        using var zip = new MemoryStream();
        ml.Model.Save(model, data.Schema, zip);
        using var loaded = (IDisposable)ml.Model.Load(zip, out _);
        DataViewSchema schema = ((ITransformer)loaded).GetOutputSchema(data.Schema);
        CollectionAssert.AreEqual(KeyValues<T>(data.Schema["Label"], "KeyValues"), KeyValues<T>(schema["PredictedLabel"], "KeyValues"));
        CollectionAssert.AreEqual(KeyValues<T>(data.Schema["Label"], "KeyValues"), KeyValues<T>(schema["Score"], "TrainingLabelValues"));
        Assert.AreEqual(data.Schema["Label"].Type, schema["PredictedLabel"].Type);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(((ITransformer)loaded).Transform(data));
        Assert.AreEqual(labels.Length, metrics.ConfusionMatrix.NumberOfClasses);
    }

    private static object[] KeyValues<T>(DataViewSchema.Column column, string annotation)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(annotation, ref values);
        return [.. values.DenseValues().Select(value => ColumnValues.Comparable(value))];
    }
}
