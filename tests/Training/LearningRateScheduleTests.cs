using MLNetDeepExtensions.Training;

namespace MLNetDeepExtensions.Tests.Training;

[TestClass]
public sealed class LearningRateScheduleTests
{
    [TestMethod]
    [DataRow(0, 1.0), DataRow(0.25, 0.853553), DataRow(0.5, 0.5), DataRow(0.75, 0.146447), DataRow(1, 0.0)]
    public void CosineFallsFromOneToZero(double progress, double expected) =>
        Assert.AreEqual(expected, At(new LearningRateSchedule.Cosine(), progress), 1e-6);

    [TestMethod]
    [DataRow(0, 1.0), DataRow(0.66, 1.0), DataRow(0.67, 0.1), DataRow(0.83, 0.1), DataRow(0.84, 0.01)]
    public void StepsDivideByTenAtTheMilestonesOfSSD(double progress, double expected) =>
        Assert.AreEqual(expected, At(new LearningRateSchedule.Steps(), progress), 1e-12);

    [TestMethod]
    [DataRow(0, 1.0), DataRow(0.5, 1.0), DataRow(0.75, 0.5), DataRow(0.9, 0.2), DataRow(1, 0.0)]
    public void LinearDecayBeginsHalfway(double progress, double expected) =>
        Assert.AreEqual(expected, At(new LearningRateSchedule.LinearDecay(), progress), 1e-12);

    [TestMethod]
    [DataRow(1, 1.7469e-7), DataRow(100, 1.7469e-5), DataRow(4000, 6.98771e-4), DataRow(8000, 4.94106e-4), DataRow(100_000, 1.39754e-4)]
    public void InverseSquareRootHasTheTransformersRates(int update, double expected) =>
        Assert.AreEqual(expected, new LearningRateSchedule.InverseSquareRoot().FactorAt(new SchedulePoint(update - 1, 0, 0)), expected * 1e-4);

    [TestMethod]
    [DataRow(0, 0.001), DataRow(0.05, 0.501), DataRow(0.1, 1.0), DataRow(0.6, 1.0)]
    public void WarmUpRisesLinearly(double progress, double expected) =>
        Assert.AreEqual(expected, At(new LearningRateSchedule.Constant { WarmUp = 0.1 }, progress), 1e-12);

    [TestMethod]
    public void WarmUpMultipliesTheSchedule() =>
        Assert.AreEqual(0.251 * 0.5 * (1 + Math.Cos(0.05 * Math.PI)), At(new LearningRateSchedule.Cosine { WarmUp = 0.2 }, 0.05), 1e-12);

    [TestMethod]
    public void FaultsAreListedTogether()
    {
        var steps = new LearningRateSchedule.Steps { WarmUp = -1, Milestones = [0.5, 2], Factor = 0 };
        var noam = new LearningRateSchedule.InverseSquareRoot { ModelSize = 0, WarmUpSteps = -1 };

        CollectionAssert.AreEqual(
            new[]
            {
                "WarmUp: expected 0 to 1, got -1.", "Milestones: expected parts of the run from 0 to 1, got 0.5, 2.", "Factor: expected above 0 to 1, got 0.",
            }, steps.Faults().ToArray());
        CollectionAssert.AreEqual(new[] { "ModelSize: expected at least 1, got 0.", "WarmUpSteps: expected at least 1, got -1." }, noam.Faults().ToArray());
        CollectionAssert.AreEqual(new[] { "Start: expected 0 to below 1, got 1." }, new LearningRateSchedule.LinearDecay { Start = 1 }.Faults().ToArray());
    }

    private static double At(LearningRateSchedule schedule, double progress) => schedule.FactorAt(new SchedulePoint(0, 0, progress));
}
