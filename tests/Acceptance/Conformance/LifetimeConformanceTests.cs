using Microsoft.ML;
using MLNetDeepExtensions.Bridge;
using TorchSharp;

namespace MLNetDeepExtensions.Tests.Acceptance.Conformance;

/// <summary>Repeatability, many users of one model, and the end of its life.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LifetimeConformanceTests
{
    [TestMethod]
    [DynamicData(nameof(ConformanceCases.LearningNames), typeof(ConformanceCases))]
    public void OneSeedGivesTheSameWeightsWhateverPreparesTheSamples(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        var learner = (ITrainingCase)fitted.Case;
        using var again = (IDisposable)learner.Create(ConformanceCase.NewContext(seed: 1), options => options with { PreparationThreads = 4 }).Fit(fitted.Data);
        using var other = (IDisposable)fitted.Case.Create(ConformanceCase.NewContext(seed: 2)).Fit(fitted.Data);
        Assert.AreEqual(fitted.WeightsHash(fitted.Model), fitted.WeightsHash((ITransformer)again));
        Assert.AreNotEqual(fitted.WeightsHash(fitted.Model), fitted.WeightsHash((ITransformer)other));
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.NetworkNames), typeof(ConformanceCases))]
    public void TrainingLeavesTheGlobalGeneratorAlone(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        torch.random.manual_seed(7);
        using var expected = torch.rand(3);
        torch.random.manual_seed(7);
        using var model = (IDisposable)fitted.Case.Create(ConformanceCase.NewContext(seed: 3)).Fit(fitted.Data);
        ColumnValues.Read(((ITransformer)model).Transform(fitted.Data), fitted.Case.Outputs);
        using var actual = torch.rand(3);
        Assert.IsTrue(expected.equal(actual).all().item<bool>());
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.NetworkNames), typeof(ConformanceCases))]
    public void NoTensorOutlivesItsModel(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        long before = LiveTensors.Count();
        ITransformer model = fitted.Case.Create(fitted.ML).Fit(fitted.Data);
        Use(fitted, model);
        ITransformer loaded = ConformanceCase.NewContext().Model.Load(new MemoryStream(fitted.Zip(model)), out _);
        Use(fitted, loaded);
        ((IDisposable)loaded).Dispose();
        ((IDisposable)model).Dispose();
        ((IDisposable)model).Dispose();
        long after = torch.Tensor.TotalCount;

        // TorchSharp counts a parameter twice when it is made and once when it is disposed.
        Assert.AreEqual(before, after - 2 * fitted.ParametersMade - fitted.Case.ParametersOfTrainingAlone);
        Assert.AreEqual(after, LiveTensors.Count(), "Tensors were left to the garbage collector.");
    }

    [TestMethod]
    public void TorchSharpCountsParametersTwice()
    {
        long before = LiveTensors.Count();
        torch.nn.Linear(2, 3).Dispose();
        Assert.AreEqual(before + 2, torch.Tensor.TotalCount);
        torch.empty(1).Dispose();
        Assert.AreEqual(before + 2, torch.Tensor.TotalCount);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.NetworkNames), typeof(ConformanceCases))]
    public void PredictionKeepsNoTensor(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        Use(fitted, fitted.Model);
        long before = LiveTensors.Count();
        Use(fitted, fitted.Model);
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.Names), typeof(ConformanceCases))]
    public void ThirtyTwoEnginesAgreeWithOne(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        ITransformer model = fitted.Reload();
        object[][][] results = new object[32][][];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using PredictionEngineUse engine = fitted.Case.CreateEngine(ConformanceCase.NewContext(), model);
            results[i] = [.. Enumerable.Range(0, FittedCase.RowCount).Select(row => engine.Predict((row + i) % FittedCase.RowCount))];
        });
        for (int i = 0; i < results.Length; i++)
        {
            int first = i % FittedCase.RowCount;
            ColumnValues.AssertEqual([.. fitted.Values[first..], .. fitted.Values[..first]], results[i], $"engine {i}");
        }
        (model as IDisposable)?.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(ConformanceCases.NetworkNames), typeof(ConformanceCases))]
    public void DisposalWhileEnginesPredictEndsInObjectDisposedExceptions(string name)
    {
        FittedCase fitted = FittedCase.Of(name);
        ITransformer model = fitted.Reload();
        using var started = new CountdownEvent(4);
        Exception?[] ends = new Exception?[started.InitialCount];
        Thread[] threads = [.. ends.Select((_, i) => new Thread(() => ends[i] = PredictUntilItFails(i)))];
        foreach (Thread thread in threads)
            thread.Start();
        started.Wait(TestContext.CancellationToken);
        ((IDisposable)model).Dispose();
        foreach (Thread thread in threads)
            thread.Join();
        foreach (Exception? end in ends)
            Assert.IsInstanceOfType<ObjectDisposedException>(end);
        Assert.Throws<ObjectDisposedException>(() => ColumnValues.Read(model.Transform(fitted.Data), fitted.Case.Outputs));
        Assert.Throws<ObjectDisposedException>(() => fitted.Zip(model));

        Exception? PredictUntilItFails(int i)
        {
            try
            {
                using PredictionEngineUse engine = fitted.Case.CreateEngine(ConformanceCase.NewContext(), model);
                object[] first = engine.Predict(i);
                started.Signal();
                for (int row = 0; row < 100_000; row++)
                    ColumnValues.AssertEqual([first], [engine.Predict(i)], "until disposal");
                return null;
            }
            catch (Exception exception)
            {
                return exception;
            }
        }
    }

    [TestMethod]
    public void EveryModelHasALastingNameOfItsOwn()
    {
        string?[] names = [.. typeof(SavableTransformer).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(SavableTransformer)))
            .Select(type => ((SavedModelAttribute?)Attribute.GetCustomAttribute(type, typeof(SavedModelAttribute)))?.Name)];
        CollectionAssert.AllItemsAreNotNull(names);
        CollectionAssert.AllItemsAreUnique(names);
    }

    public required TestContext TestContext { get; init; }

    private static void Use(FittedCase fitted, ITransformer model)
    {
        ColumnValues.Read(model.Transform(fitted.Data), fitted.Case.Outputs);
        using PredictionEngineUse engine = fitted.Case.CreateEngine(fitted.ML, model);
        engine.Predict(0);
    }
}
