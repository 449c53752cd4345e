using System.Text;
using Microsoft.ML;
using MLNetDeepExtensions.Tests.Acceptance.Conformance;
using MLNetDeepExtensions.Tests.Acceptance.Conformance.Cases;
using TorchSharp;

namespace MLNetDeepExtensions.Tests.Acceptance.Pipelines;

/// <summary>Zips that are truncated, changed, foreign or hostile give one clear error.</summary>
[TestClass]
public sealed class DamagedModelTests
{
    private static readonly byte[] Zip = FittedCase.Of(nameof(ModuleCase)).Zip(FittedCase.Of(nameof(ModuleCase)).Model);

    [TestMethod]
    public void TheZipItselfLoads() => ((IDisposable)Load(new ModelZip(Zip).ToArray())).Dispose();

    [TestMethod]
    [DataRow(nameof(ModuleCase))]
    [DataRow(nameof(SSDCase))]
    public void TruncationAtEveryPercentIsAnError(string name)
    {
        byte[] zip = FittedCase.Of(name).Zip(FittedCase.Of(name).Model);
        for (int percent = 0; percent < 100; percent++)
        {
            byte[] part = zip[..(int)(zip.LongLength * percent / 100)];
            Exception exception = Assert.Throws<Exception>(() => Load(part), $"{percent} %");
            Assert.IsTrue(exception is InvalidDataException or FormatException, $"{percent} %: {exception}");
        }
    }

    [TestMethod]
    public void OneFlippedBitInTheWeightsIsFoundWherever()
    {
        byte[] weights = new ModelZip(Zip)[ModelZip.Weights];
        int start = Zip.AsSpan().IndexOf(weights);
        Assert.AreNotEqual(-1, start, "The weights are not stored uncompressed.");
        for (int place = 0; place < weights.Length; place += 7)
        {
            byte[] flipped = [.. Zip];
            flipped[start + place] ^= (byte)(1 << place % 8);
            AssertRefused(flipped, $"byte {place}", ModelZip.Weights, "Module");
        }
    }

    [TestMethod]
    public void OneFlippedBitAnywhereIsNeverAnotherModel()
    {
        FittedCase fitted = FittedCase.Of(nameof(ModuleCase));
        int refused = 0;
        for (int place = 0; place < Zip.Length; place += 11)
        {
            byte[] flipped = [.. Zip];
            flipped[place] ^= (byte)(1 << place % 8);
            ITransformer? loaded = null;
            try
            {
                loaded = Load(flipped);
            }
            catch (Exception exception)
            {
                refused++;
                Assert.IsFalse(exception is NullReferenceException or OutOfMemoryException or AccessViolationException, $"byte {place}: {exception}");
            }
            if (loaded is not null)
                ColumnValues.AssertEqual(fitted.Values, ColumnValues.Read(loaded.Transform(fitted.Data), fitted.Case.Outputs), $"byte {place}", tolerance: 0);
            (loaded as IDisposable)?.Dispose();
        }
        Assert.IsGreaterThan(0, refused);
    }

    [TestMethod]
    public void ChangedOptionsAreFound()
    {
        var zip = new ModelZip(Zip);
        zip.Replace(ModelZip.Options, "\"BatchSize\": 4"u8.ToArray(), "\"BatchSize\": 5"u8.ToArray());
        AssertRefused(zip.ToArray(), "options", ModelZip.Options, "was changed or damaged: its SHA-256 is not the one that was saved.");
    }

    [TestMethod]
    [DataRow(ModelZip.Options)]
    [DataRow(ModelZip.Weights)]
    public void AMissingEntryIsNamed(string entry)
    {
        var zip = new ModelZip(Zip);
        zip.Remove(entry);
        AssertRefused(zip.ToArray(), "removed", $"Model 'Module' has no entry '", entry);
    }

    [TestMethod]
    public void AnEntryLargerThanTheOptionsImplyIsNotRead()
    {
        const int Size = 200 << 20;
        foreach (string entry in (string[])[ModelZip.Weights, ModelZip.Options])
        {
            var zip = new ModelZip(Zip);
            zip[entry] = new byte[Size];
            byte[] bomb = zip.ToArray();
            Assert.IsLessThan(Size / 100, bomb.Length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            AssertRefused(bomb, "bomb", entry, $"is {Size} bytes long; its options allow at most ");
            Assert.IsLessThan(Size / 4, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void AnUnknownFieldInTheOptionsIsNamed()
    {
        foreach (string place in (string[])["{\n", "\"Description\": {\n"])
        {
            var zip = new ModelZip(Zip);
            zip.ChangeAndSeal(ModelZip.Options, options => ReplaceFirst(options, place, $"{place}\"Surprise\": 1,\n"));
            AssertRefused(zip.ToArray(), place, $"{ModelZip.Options} of model 'Module' cannot be read: ", "'Surprise'");
        }
    }

    [TestMethod]
    public void OptionsThatAreNoJsonAreNamed()
    {
        var zip = new ModelZip(Zip);
        zip.ChangeAndSeal(ModelZip.Options, _ => "no JSON"u8.ToArray());
        AssertRefused(zip.ToArray(), "no JSON", $"{ModelZip.Options} of model 'Module' cannot be read: ");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreListedBeforeANetworkIsMade()
    {
        var zip = new ModelZip(FittedCase.Of(nameof(SSDCase)).Zip(FittedCase.Of(nameof(SSDCase)).Model));
        zip.ChangeAndSeal(ModelZip.Options, options => ReplaceFirst(options, "\"ImageSize\": 64", "\"ImageSize\": 6400000"));
        zip.ChangeAndSeal(ModelZip.Options, options => ReplaceFirst(options, "\"Classes\": 3", "\"Classes\": 300000000"));
        zip.ChangeAndSeal(ModelZip.Options, options => ReplaceFirst(options, "\"BatchSize\": 4", "\"BatchSize\": -4"));
        AssertRefused(zip.ToArray(), "options", "Options.json of model 'SSD' is not valid:", "\n  ImageSize: expected 64 to 2048 pixels, got 6400000.",
            "\n  Classes: expected 3, one for each label, got 300000000.", "\n  BatchSize: expected at least 1, got -4.");
    }

    [TestMethod]
    public void LabelsThatDoNotFitTheirCountAreRefused()
    {
        var zip = new ModelZip(Zip);
        zip.ChangeAndSeal(ModelZip.Options, options => ReplaceFirst(options, "\"Values\": null", "\"Values\": [\"one\"]"));
        AssertRefused(zip.ToArray(), "labels", "Labels: expected 3 key values, got 1.", "Labels: expected key values and their type, or neither.");
    }

    [TestMethod]
    public void ANewerFormatIsNamed()
    {
        var zip = new ModelZip(Zip);
        zip.Replace(ModelZip.Key, [1, 0, 0, 0, 6, .. "Module"u8], [2, 0, 0, 0, 6, .. "Module"u8]);
        AssertRefused(zip.ToArray(), "format", "Model of format 2: this version of MLNetDeepExtensions reads formats 1 to 1.");
    }

    [TestMethod]
    public void AnUnknownKindOfModelIsNamed()
    {
        var zip = new ModelZip(Zip);
        zip.Replace(ModelZip.Key, [6, .. "Module"u8], [6, .. "Nodule"u8]);
        AssertRefused(zip.ToArray(), "name", "Model of an unknown kind 'Nodule': it was saved by a newer version of MLNetDeepExtensions.");
    }

    [TestMethod]
    public void WeightsOfAnotherNetworkAreNamed()
    {
        var zip = new ModelZip(Zip);
        zip.ChangeAndSeal(ModelZip.Weights, weights => ReplaceFirst(weights, "first.bias", "fjrst.bias"));
        AssertRefused(zip.ToArray(), "weights", "contract 'tests.small/1'", "first.bias", "fjrst.bias");
    }

    [TestMethod]
    public void ARefusedModelLeavesNoTensorToTheCollector()
    {
        var zip = new ModelZip(Zip);
        zip[ModelZip.Weights][^1] ^= 1;
        byte[] damaged = zip.ToArray();
        AssertRefused(damaged, "first", ModelZip.Weights);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        AssertRefused(damaged, "second", ModelZip.Weights);
        long after = torch.Tensor.TotalCount;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.AreEqual(after, torch.Tensor.TotalCount);
    }

    private static ITransformer Load(byte[] zip) => ModelLoading.Unwrapped(() => ConformanceCase.NewContext().Model.Load(new MemoryStream(zip), out _));

    private static void AssertRefused(byte[] zip, string what, params string[] texts)
    {
        InvalidDataException exception = Assert.ThrowsExactly<InvalidDataException>(() => Load(zip), what);
        foreach (string text in texts)
            Assert.Contains(text, exception.Message, what);
    }

    private static byte[] ReplaceFirst(byte[] content, string old, string replacement)
    {
        string text = Encoding.Latin1.GetString(content);
        int place = text.IndexOf(old, StringComparison.Ordinal);
        Assert.AreNotEqual(-1, place);
        return Encoding.Latin1.GetBytes(text[..place] + replacement + text[(place + old.Length)..]);
    }
}
