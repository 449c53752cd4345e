using MLNetDeepExtensions.Weights;

namespace MLNetDeepExtensions.Tests.Weights;

[TestClass]
public sealed class AtomicFileTests
{
    readonly string _folder = Directory.CreateTempSubdirectory("atomic").FullName;

    string Target => Path.Combine(_folder, "model.bin");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void ACompleteFileReplacesTheOldOne()
    {
        AtomicFile.Write(Target, stream => stream.Write([1, 2, 3]));
        AtomicFile.Write(Target, stream => stream.Write([4]));

        CollectionAssert.AreEqual(new byte[] { 4 }, File.ReadAllBytes(Target));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void AFullDiskLeavesTheOldFileAndNothingElse()
    {
        File.WriteAllText(Target, "old");

        var fault = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));

        Assert.AreEqual($"{Target} could not be written, what stood there before is untouched: No space left on device", fault.Message);
        Assert.AreEqual("old", File.ReadAllText(Target));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void OtherFaultsPassUnchangedAndLeaveTheOldFile()
    {
        File.WriteAllText(Target, "old");

        Assert.ThrowsExactly<OperationCanceledException>(() => AtomicFile.Write(Target, _ => throw new OperationCanceledException()));

        Assert.AreEqual("old", File.ReadAllText(Target));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void TheOldFileIsThereWhileTheNewOneIsWritten()
    {
        File.WriteAllText(Target, "old");

        AtomicFile.Write(Target, _ => Assert.AreEqual("old", File.ReadAllText(Target)));

        Assert.AreEqual("", File.ReadAllText(Target));
    }

    [TestMethod]
    public void AFolderThatIsNotThereIsNamed()
    {
        string path = Path.Combine(_folder, "none", "model.bin");

        var fault = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(path, _ => { }));

        Assert.StartsWith($"{path} could not be written, what stood there before is untouched: Could not find a part of the path", fault.Message);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFolderWithoutPermissionIsNamed()
    {
        string path = "/sys/model.bin"; // not even the superuser creates files here

        var fault = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(path, _ => { }));

        Assert.StartsWith($"{path} could not be written, what stood there before is untouched:", fault.Message);
    }

    [TestMethod]
    public void ATargetThatIsAFolderIsRefused()
    {
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(_folder, _ => { }));

        Assert.IsTrue(Directory.Exists(_folder));
        Assert.IsEmpty(Directory.GetFiles(Path.GetDirectoryName(_folder)!, Path.GetFileName(_folder) + "*.tmp"));
    }
}
