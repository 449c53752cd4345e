namespace MLNetDeepExtensions.Tests.Acceptance;

[TestClass]
public static class AcceptanceRun
{
    [AssemblyInitialize]
    public static void Start(TestContext context) => TestRun.PrepareTorch();
}
