using MLNetDeepExtensions.Examples;

namespace MLNetDeepExtensions.Tests.Acceptance.Examples;

[TestClass]
public sealed class SplitChoiceTests
{
    [TestMethod]
    [DataRow("train val trainval test", false, "trainval", "test")]
    [DataRow("train val test", false, "train val", "test")]
    [DataRow("train valid test", false, "train valid", "test")]
    [DataRow("train test", false, "train", "test")]
    [DataRow("train val trainval", false, "train", "val")]
    [DataRow("train val", false, "train", "val")]
    [DataRow("train val", true, "train val", null)]
    [DataRow("train", false, "train", null)]
    [DataRow("", false, "(all)", null)]
    public void OfficialSplitsAreHonoured(string splits, bool hasOtherTest, string train, string? test)
    {
        SplitChoice choice = SplitChoice.Of(splits.Split(' ', StringSplitOptions.RemoveEmptyEntries), hasOtherTest);

        Assert.AreEqual(train, string.Join(' ', choice.Train.Select(split => split ?? "(all)")));
        Assert.AreEqual(test, choice.Test);
    }
}
